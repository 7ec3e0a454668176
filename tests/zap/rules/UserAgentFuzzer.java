package kw;

import java.io.IOException;
import org.parosproxy.paros.core.scanner.AbstractAppPlugin;
import org.parosproxy.paros.core.scanner.Alert;
import org.parosproxy.paros.core.scanner.Category;
import org.parosproxy.paros.network.HttpMessage;

/** A rule that hides who asks: it has to be off on the sites of others. */
public class UserAgentFuzzer extends AbstractAppPlugin {

    @Override
    public void scan() {
        HttpMessage message = getNewMsg();
        message.getRequestHeader().setHeader("User-Agent", "Mozilla/5.0 (somebody else)");
        try {
            sendAndReceive(message, false);
        } catch (IOException unreachable) {
            return;
        }
    }

    @Override
    public int getId() {
        return 10104;
    }

    @Override
    public String getName() {
        return "User Agent Fuzzer";
    }

    @Override
    public String getDescription() {
        return "Asks with another user agent.";
    }

    @Override
    public String getSolution() {
        return "";
    }

    @Override
    public String getReference() {
        return "";
    }

    @Override
    public int getCategory() {
        return Category.MISC;
    }

    @Override
    public int getRisk() {
        return Alert.RISK_INFO;
    }

    @Override
    public int getCweId() {
        return 0;
    }

    @Override
    public int getWascId() {
        return 0;
    }
}
