package kw;

import org.parosproxy.paros.core.scanner.Alert;
import org.parosproxy.paros.network.HttpMessage;

/**
 * A rule without an end, for parameters named slow (ends when it is told to) and stuck (does not
 * listen for two minutes). Any other parameter costs nothing.
 */
public class SlowRule extends ParamRule {

    private static final int LONGEST_S = 120;

    public SlowRule() {
        super(990001, "Rule Without End", 400);
    }

    @Override
    public void scan(HttpMessage message, String param, String value) {
        if (!param.equals("slow") && !param.equals("stuck")) {
            return;
        }
        for (int tick = 0; tick < LONGEST_S * 10; tick++) {
            if (isStop() && !param.equals("stuck")) {
                return;
            }
            try {
                Thread.sleep(100);
            } catch (InterruptedException told) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    @Override
    String attack(String param) {
        return "";
    }

    @Override
    String evidence(HttpMessage answer) {
        return null;
    }

    @Override
    public int getRisk() {
        return Alert.RISK_INFO;
    }
}
