package kw;

import org.parosproxy.paros.network.HttpMessage;
import org.zaproxy.addon.commonlib.CommonAlertTag;

/** A parameter that reads any file. */
public class PathTraversal extends ParamRule {

    public PathTraversal() {
        super(
                6,
                "Path Traversal",
                22,
                CommonAlertTag.OWASP_2021_A01_BROKEN_AC,
                CommonAlertTag.OWASP_2025_A01_BROKEN_AC);
    }

    @Override
    String attack(String param) {
        return "../../../../../../etc/passwd";
    }

    @Override
    String evidence(HttpMessage answer) {
        return answer.getResponseBody().toString().contains("root:x:0:0") ? "root:x:0:0" : null;
    }
}
