package kw;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.htmlparser.jericho.Source;
import org.parosproxy.paros.core.scanner.Alert;
import org.parosproxy.paros.network.HttpMessage;
import org.zaproxy.addon.commonlib.CommonAlertTag;

/** A stack trace or a database error shown to a visitor. */
public class ErrorDisclosure extends PassiveRule {

    private static final Pattern TRACE =
            Pattern.compile(
                    "Stack trace:\\s#0 |SQLite3::query\\(\\): Unable to prepare statement");

    @Override
    public int getPluginId() {
        return 90022;
    }

    @Override
    public String getName() {
        return "Application Error Disclosure";
    }

    @Override
    public Map<String, String> getAlertTags() {
        return CommonAlertTag.toMap(
                CommonAlertTag.OWASP_2021_A05_SEC_MISCONFIG,
                CommonAlertTag.OWASP_2025_A02_SEC_MISCONFIG);
    }

    @Override
    public void scanHttpResponseReceive(HttpMessage msg, int id, Source source) {
        Matcher found = TRACE.matcher(msg.getResponseBody().toString());
        if (!found.find()) {
            return;
        }
        newAlert()
                .setRisk(Alert.RISK_MEDIUM)
                .setConfidence(Alert.CONFIDENCE_MEDIUM)
                .setDescription("An error of the application is shown with its inner workings.")
                .setEvidence(found.group())
                .setSolution("Show visitors a plain error page.")
                .setCweId(550)
                .setWascId(13)
                .setAlertRef("90022-1")
                .raise();
    }
}
