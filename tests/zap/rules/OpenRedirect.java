package kw;

import org.parosproxy.paros.network.HttpMessage;
import org.zaproxy.addon.commonlib.CommonAlertTag;

/** A parameter that sends the visitor to any other site. */
public class OpenRedirect extends ParamRule {

    private static final String ELSEWHERE = "https://redirect.example.invalid/kw";

    public OpenRedirect() {
        super(
                20019,
                "External Redirect",
                601,
                CommonAlertTag.OWASP_2021_A03_INJECTION,
                CommonAlertTag.OWASP_2025_A05_INJECTION);
    }

    @Override
    String attack(String param) {
        return ELSEWHERE;
    }

    @Override
    String evidence(HttpMessage answer) {
        String location = answer.getResponseHeader().getHeader("Location");
        return location != null && location.startsWith(ELSEWHERE) ? location : null;
    }
}
