package kw;

import java.io.IOException;
import java.util.Map;
import org.parosproxy.paros.core.scanner.AbstractAppParamPlugin;
import org.parosproxy.paros.core.scanner.Alert;
import org.parosproxy.paros.core.scanner.Category;
import org.parosproxy.paros.network.HttpMessage;
import org.zaproxy.addon.commonlib.CommonAlertTag;

/** What our small active rules share: one attack per parameter, one question to the answer. */
abstract class ParamRule extends AbstractAppParamPlugin {

    private final int id;
    private final String name;
    private final int cwe;
    private final CommonAlertTag[] tags;

    ParamRule(int id, String name, int cwe, CommonAlertTag... tags) {
        this.id = id;
        this.name = name;
        this.cwe = cwe;
        this.tags = tags;
    }

    /** What is put in the place of the value. */
    abstract String attack(String param);

    /** What gives the weakness away in the answer, or null. */
    abstract String evidence(HttpMessage answer);

    @Override
    public void scan(HttpMessage message, String param, String value) {
        if (isStop()) {
            return;
        }
        HttpMessage attacked = getNewMsg();
        String attack = attack(param);
        setParameter(attacked, param, attack);
        try {
            sendAndReceive(attacked, false);
        } catch (IOException unreachable) {
            return;
        }
        String evidence = evidence(attacked);
        if (evidence != null) {
            newAlert()
                    .setRisk(getRisk())
                    .setConfidence(Alert.CONFIDENCE_MEDIUM)
                    .setParam(param)
                    .setAttack(attack)
                    .setEvidence(evidence)
                    .setMessage(attacked)
                    .raise();
        }
    }

    @Override
    public int getId() {
        return id;
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public String getDescription() {
        return name + ".";
    }

    @Override
    public String getSolution() {
        return "Do not trust what a visitor sends.";
    }

    @Override
    public String getReference() {
        return "";
    }

    @Override
    public int getCategory() {
        return Category.INJECTION;
    }

    @Override
    public int getRisk() {
        return Alert.RISK_HIGH;
    }

    @Override
    public int getCweId() {
        return cwe;
    }

    @Override
    public int getWascId() {
        return 20;
    }

    @Override
    public Map<String, String> getAlertTags() {
        return CommonAlertTag.toMap(tags);
    }
}
