package kw;

import org.parosproxy.paros.core.scanner.Alert;
import org.parosproxy.paros.model.HistoryReference;
import org.zaproxy.zap.extension.pscan.PassiveScanActions;
import org.zaproxy.zap.extension.pscan.PassiveScanTaskHelper;
import org.zaproxy.zap.extension.pscan.PluginPassiveScanner;

/** What our passive rules share: core's scanner hands rules an older way to raise an alert. */
abstract class PassiveRule extends PluginPassiveScanner {

    @Override
    public void setTaskHelper(PassiveScanTaskHelper helper) {
        setPassiveScanActions(
                new PassiveScanActions() {
                    @Override
                    public void raiseAlert(HistoryReference record, Alert alert) {
                        helper.raiseAlert(record, alert);
                    }

                    @Override
                    public void addHistoryTag(HistoryReference record, String tag) {
                        helper.addHistoryTag(record, tag);
                    }
                });
    }
}
