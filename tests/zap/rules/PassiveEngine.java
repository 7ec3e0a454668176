package kw;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import net.sf.json.JSONObject;
import org.parosproxy.paros.control.Control;
import org.parosproxy.paros.extension.ExtensionHook;
import org.parosproxy.paros.extension.history.ExtensionHistory;
import org.parosproxy.paros.model.Model;
import org.parosproxy.paros.model.Session;
import org.zaproxy.zap.extension.alert.ExtensionAlert;
import org.zaproxy.zap.extension.api.ApiAction;
import org.zaproxy.zap.extension.api.ApiException;
import org.zaproxy.zap.extension.api.ApiResponse;
import org.zaproxy.zap.extension.api.ApiResponseElement;
import org.zaproxy.zap.extension.api.ApiView;
import org.zaproxy.zap.extension.pscan.ExtensionPassiveScan;
import org.zaproxy.zap.extension.pscan.PassiveController;
import org.zaproxy.zap.extension.pscan.PassiveScanAPI;
import org.zaproxy.zap.extension.pscan.PassiveScanController;
import org.zaproxy.zap.extension.pscan.PassiveScanParam;
import org.zaproxy.zap.extension.pscan.PassiveScanRuleManager;
import org.zaproxy.zap.extension.pscan.PassiveScanTask;
import org.zaproxy.zap.extension.pscan.PassiveScanner;
import org.zaproxy.zap.extension.pscan.PassiveScannerList;
import org.zaproxy.zap.extension.pscan.PluginPassiveScanner;

/**
 * Switches on the passive scanner that core 2.17 still carries, for lack of the add-on that
 * replaces it. Queue, threads and API are ZAP's own; only the wiring is ours.
 */
public class PassiveEngine extends ExtensionPassiveScan
        implements PassiveScanRuleManager, PassiveController {

    private final List<PassiveScanner> rules = new CopyOnWriteArrayList<>();
    private PassiveScanParam options;
    private Queue queue;
    private boolean enabled;

    public PassiveEngine() {
        setName("ExtensionKeurwachtPassiveEngine");
        setOrder(900);
        setPassiveScanRuleManager(this);
        setPassiveController(this);
    }

    @Override
    public void hook(ExtensionHook hook) {
        options = new PassiveScanParam();
        hook.addOptionsParamSet(options);
        hook.addApiImplementor(new Api());
        hook.addSessionListener(this);
        for (PassiveScanner rule : List.of(new ContentTypeOptions(), new ErrorDisclosure())) {
            add(rule);
        }
    }

    @Override
    public void optionsLoaded() {
        switchTo(true);
    }

    @Override
    public void destroy() {
        stopQueue();
    }

    @Override
    public void sessionAboutToChange(Session session) {
        stopQueue();
    }

    @Override
    public void sessionChanged(Session session) {
        startQueue();
    }

    void switchTo(boolean on) {
        enabled = on;
        if (on) {
            startQueue();
        } else {
            stopQueue();
        }
    }

    private synchronized void startQueue() {
        if (enabled && queue == null) {
            queue = new Queue();
            queue.setSession(Model.getSingleton().getSession());
            queue.start();
        }
    }

    private synchronized void stopQueue() {
        if (queue != null) {
            queue.end();
            queue = null;
        }
    }

    @Override
    public synchronized int getRecordsToScan() {
        return queue == null ? 0 : queue.waiting();
    }

    @Override
    public synchronized void clearQueue() {
        if (queue != null) {
            queue.clearQueue();
        }
    }

    @Override
    public synchronized List<PassiveScanTask> getRunningTasks() {
        return queue == null ? List.of() : queue.getRunningTasks();
    }

    @Override
    public synchronized PassiveScanTask getOldestRunningTask() {
        return queue == null ? null : queue.getOldestRunningTask();
    }

    @Override
    protected PassiveScannerList getPassiveScannerList() {
        return new Rules(rules);
    }

    @Override
    public boolean add(PassiveScanner rule) {
        if (rule instanceof PluginPassiveScanner) {
            ((PluginPassiveScanner) rule).setConfig(getModel().getOptionsParam().getConfig());
        }
        return rules.add(rule);
    }

    @Override
    public PassiveScanner getScanRule(int id) {
        return getPluginScanRules().stream()
                .filter(rule -> rule.getPluginId() == id)
                .findFirst()
                .orElse(null);
    }

    @Override
    public List<PassiveScanner> getScanRules() {
        return rules;
    }

    @Override
    public List<PluginPassiveScanner> getPluginScanRules() {
        return rules.stream()
                .filter(PluginPassiveScanner.class::isInstance)
                .map(PluginPassiveScanner.class::cast)
                .toList();
    }

    @Override
    public boolean remove(PassiveScanner rule) {
        return rules.remove(rule);
    }

    @Override
    public boolean remove(String className) {
        return rules.removeIf(rule -> rule.getClass().getName().equals(className));
    }

    private class Queue extends PassiveScanController {
        Queue() {
            super(
                    PassiveEngine.this,
                    Control.getSingleton().getExtensionLoader().getExtension(ExtensionHistory.class),
                    Control.getSingleton().getExtensionLoader().getExtension(ExtensionAlert.class),
                    options,
                    null);
        }

        int waiting() {
            return getRecordsToScan();
        }

        void end() {
            shutdown();
        }
    }

    private static class Rules extends PassiveScannerList {
        Rules(List<PassiveScanner> rules) {
            rules.forEach(this::add);
        }
    }

    /** Core's API, and what the add-on has beside it. */
    private class Api extends PassiveScanAPI {
        Api() {
            super(PassiveEngine.this);
            addApiAction(new ApiAction("setMaxBodySizeInBytes", new String[] {"maxSize"}));
            addApiView(new ApiView("maxBodySizeInBytes"));
        }

        @Override
        public ApiResponse handleApiAction(String name, JSONObject params) throws ApiException {
            if ("setMaxBodySizeInBytes".equals(name)) {
                options.setMaxBodySizeInBytesToScan(getParam(params, "maxSize", 0));
                return ApiResponseElement.OK;
            }
            if ("setEnabled".equals(name)) {
                switchTo(getParam(params, "enabled", false));
                return ApiResponseElement.OK;
            }
            return super.handleApiAction(name, params);
        }

        @Override
        public ApiResponse handleApiView(String name, JSONObject params) throws ApiException {
            if ("maxBodySizeInBytes".equals(name)) {
                return new ApiResponseElement(
                        name, Integer.toString(options.getMaxBodySizeInBytesToScan()));
            }
            return super.handleApiView(name, params);
        }
    }
}
