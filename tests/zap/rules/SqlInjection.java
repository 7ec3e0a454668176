package kw;

import org.parosproxy.paros.network.HttpMessage;
import org.zaproxy.addon.commonlib.CommonAlertTag;

/** A parameter that reaches the database as a part of its language. */
public class SqlInjection extends ParamRule {

    private static final String COMPLAINT = "SQLite3::query(): Unable to prepare statement";

    public SqlInjection() {
        super(
                40018,
                "SQL Injection",
                89,
                CommonAlertTag.OWASP_2021_A03_INJECTION,
                CommonAlertTag.OWASP_2025_A05_INJECTION);
    }

    @Override
    String attack(String param) {
        return "'";
    }

    @Override
    String evidence(HttpMessage answer) {
        return answer.getResponseBody().toString().contains(COMPLAINT) ? COMPLAINT : null;
    }
}
