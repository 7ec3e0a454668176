package kw;

import org.parosproxy.paros.network.HttpMessage;
import org.zaproxy.addon.commonlib.CommonAlertTag;

/** Markup that comes back as markup. */
public class ReflectedXss extends ParamRule {

    private static final String MARK = "\"><script>kw(1)</script>";

    public ReflectedXss() {
        super(
                40012,
                "Cross Site Scripting (Reflected)",
                79,
                CommonAlertTag.OWASP_2021_A03_INJECTION,
                CommonAlertTag.OWASP_2025_A05_INJECTION);
    }

    @Override
    String attack(String param) {
        return MARK;
    }

    @Override
    String evidence(HttpMessage answer) {
        boolean html = answer.getResponseHeader().isHtml();
        return html && answer.getResponseBody().toString().contains(MARK) ? MARK : null;
    }
}
