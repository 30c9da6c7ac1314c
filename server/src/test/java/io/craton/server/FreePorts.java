package io.craton.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** Ports to listen on that must be known beforehand. They are below those that the system gives to connections, so that no client has one of them before its server is there; and each is given once. */
final class FreePorts {
    private static final int LOWEST = 20_000;
    private static final int BEHIND = 32_000;
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private FreePorts() {}

    static int next() {
        for (int tries = 0; tries < 1000; tries++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, BEHIND);
            if (!GIVEN.add(port)) continue;
            try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return free.getLocalPort();
            } catch (IOException e) {
                // somebody has it
            }
        }
        throw new AssertionError("no port is free");
    }
}
