package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.wire.WireConfig;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hundreds of connections that do nothing cost little, and a server with a small heap bears them all. */
class IdleConnectionsTest {
    private static final int CONNECTIONS = 1_000;
    private static final int MEBIBYTES_MAX = 300;

    private static Socket open(int port) throws IOException {
        byte[] parameters = "user\0postgres\0database\0postgres\0\0".getBytes(StandardCharsets.US_ASCII);
        Socket socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(120_000);
        socket.getOutputStream().write(ByteBuffer.allocate(8 + parameters.length).putInt(8 + parameters.length).putInt(3 << 16).put(parameters).array());
        return socket;
    }

    /** Reads until ReadyForQuery. */
    private static void ready(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        while (true) {
            int type = in.read();
            byte[] body = in.readNBytes(in.readInt() - 4);
            if (type == 'E') throw new IOException(new String(body, StandardCharsets.UTF_8));
            if (type == 'Z') return;
        }
    }

    /** Resident memory of a process; where the system does not tell, 0. */
    private static long mebibytes(long pid) throws IOException {
        Path status = Path.of("/proc/" + pid + "/status");
        if (!Files.exists(status)) return 0;
        for (String line : Files.readAllLines(status)) if (line.startsWith("VmRSS:")) return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
        return 0;
    }

    @Test
    void costLittle(@TempDir Path data) throws IOException, SQLException, InterruptedException {
        ServerProcess server = ServerProcess.start(data, "256m");
        List<Socket> sockets = new ArrayList<>();
        try (Connection witness = server.connect()) {
            assertThat(TestNode.value(witness, "show max_connections")).isEqualTo(String.valueOf(WireConfig.CONNECTIONS_MAX));
            long before = mebibytes(server.process().pid());
            for (int i = 0; i < CONNECTIONS; i++) sockets.add(open(server.port()));
            for (Socket socket : sockets) ready(socket);
            byte[] query = "select relname from pg_class limit 1\0".getBytes(StandardCharsets.US_ASCII);
            for (Socket socket : sockets) socket.getOutputStream().write(ByteBuffer.allocate(5 + query.length).put((byte) 'Q').putInt(4 + query.length).put(query).array());
            for (Socket socket : sockets) ready(socket);
            assertThat(TestNode.value(witness, "select count(*) from pg_stat_activity where state = 'idle'")).isEqualTo(String.valueOf(CONNECTIONS));
            assertThat(mebibytes(server.process().pid()) - before).isLessThan(MEBIBYTES_MAX);
        } finally {
            for (Socket socket : sockets) socket.close();
            server.kill();
        }
    }
}
