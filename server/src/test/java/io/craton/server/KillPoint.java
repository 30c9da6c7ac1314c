package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.Method;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.AttachingConnector;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.ClassPrepareEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.request.ClassPrepareRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Kills a server's process at a place in its code, through the debugger's door: methods are waited for in order, and when the last is called the process is gone before anything of it ran. The
 * server is as it is everywhere, but for the agent.
 */
final class KillPoint {
    private final ServerProcess server;
    private final VirtualMachine machine;
    private final List<String> methods;
    private final CompletableFuture<Void> killed = new CompletableFuture<>();
    private int reached;

    private KillPoint(ServerProcess server, VirtualMachine machine, List<String> methods) {
        this.server = server;
        this.machine = machine;
        this.methods = methods;
    }

    /** What a server's environment needs to be killed by this. */
    static Map<String, String> environment(int port) {
        return Map.of("JAVA_TOOL_OPTIONS", "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:" + port);
    }

    /**
     * Begins to wait.
     *
     * @param port    of the server's debugger
     * @param methods {@code package.Class#method}, in order
     */
    static KillPoint arm(ServerProcess server, int port, List<String> methods) throws Exception {
        AttachingConnector connector = Bootstrap.virtualMachineManager().attachingConnectors().stream().filter(each -> each.name().equals("com.sun.jdi.SocketAttach")).findFirst().orElseThrow();
        Map<String, Connector.Argument> arguments = connector.defaultArguments();
        arguments.get("hostname").setValue("127.0.0.1");
        arguments.get("port").setValue(Integer.toString(port));
        KillPoint point = new KillPoint(server, connector.attach(arguments), methods);
        point.waitForNext();
        Thread.ofVirtual().start(point::follow);
        return point;
    }

    private void waitForNext() {
        String type = methods.get(reached).substring(0, methods.get(reached).indexOf('#'));
        List<ReferenceType> loaded = machine.classesByName(type);
        if (!loaded.isEmpty()) {
            loaded.forEach(this::breakIn);
            return;
        }
        ClassPrepareRequest request = machine.eventRequestManager().createClassPrepareRequest();
        request.addClassFilter(type);
        request.enable();
    }

    private void breakIn(ReferenceType type) {
        String name = methods.get(reached).substring(methods.get(reached).indexOf('#') + 1);
        List<Method> found = type.methodsByName(name);
        if (found.isEmpty()) killed.completeExceptionally(new AssertionError("there is no " + methods.get(reached)));
        for (Method each : found) machine.eventRequestManager().createBreakpointRequest(each.location()).enable();
    }

    private void follow() {
        try {
            while (true) {
                EventSet events = machine.eventQueue().remove();
                for (Event event : events) {
                    if (event instanceof ClassPrepareEvent prepared) breakIn(prepared.referenceType());
                    if (!(event instanceof BreakpointEvent)) continue;
                    machine.eventRequestManager().deleteAllBreakpoints();
                    if (++reached == methods.size()) {
                        server.kill(); // all its threads stand still
                        killed.complete(null);
                        return;
                    }
                    waitForNext();
                }
                events.resume();
            }
        } catch (VMDisconnectedException | InterruptedException e) {
            killed.completeExceptionally(new AssertionError("the server ended at " + methods.get(reached), e));
        }
    }

    /** Returns when the process is dead, killed where it should be; false, and no longer waiting, when the work that leads there is done and ten seconds later nothing of it was seen. */
    boolean killsBefore(CompletableFuture<Void> work) throws Exception {
        CompletableFuture.anyOf(killed, work).get(60, TimeUnit.SECONDS);
        try {
            killed.get(10, TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException e) {
            machine.dispose();
            return false;
        }
    }

    /** Returns when the process is dead, killed where it should be. */
    void await() {
        assertThat(killed).as(String.valueOf(methods)).succeedsWithin(30, TimeUnit.SECONDS);
    }
}
