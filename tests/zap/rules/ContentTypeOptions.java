package kw;

import java.util.Map;
import net.htmlparser.jericho.Source;
import org.parosproxy.paros.core.scanner.Alert;
import org.parosproxy.paros.network.HttpMessage;
import org.zaproxy.addon.commonlib.CommonAlertTag;

/** An answer whose type a browser may guess. */
public class ContentTypeOptions extends PassiveRule {

    @Override
    public int getPluginId() {
        return 10021;
    }

    @Override
    public String getName() {
        return "X-Content-Type-Options Header Missing";
    }

    @Override
    public Map<String, String> getAlertTags() {
        return CommonAlertTag.toMap(
                CommonAlertTag.OWASP_2021_A05_SEC_MISCONFIG,
                CommonAlertTag.OWASP_2025_A02_SEC_MISCONFIG);
    }

    @Override
    public void scanHttpResponseReceive(HttpMessage msg, int id, Source source) {
        if (msg.getResponseBody().length() == 0
                || msg.getResponseHeader().getStatusCode() >= 400
                || msg.getResponseHeader().getHeader("X-Content-Type-Options") != null) {
            return;
        }
        newAlert()
                .setRisk(Alert.RISK_LOW)
                .setConfidence(Alert.CONFIDENCE_MEDIUM)
                .setDescription("The type of the answer may be guessed by a browser.")
                .setParam("x-content-type-options")
                .setSolution("Send X-Content-Type-Options: nosniff.")
                .setCweId(693)
                .setWascId(15)
                .raise();
    }
}
