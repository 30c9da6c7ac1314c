package io.craton.wire;

import io.craton.core.error.PgError;
import io.craton.core.error.Severity;
import io.craton.core.error.SqlState;
import io.craton.core.session.SessionFactory;
import io.craton.core.session.SessionState;
import io.craton.core.session.SqlSession;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Opens {@link FakeSession}s; the role "tester" has the password "secret" unless the test says otherwise. */
final class FakeSessions implements SessionFactory {
    final BlockingQueue<FakeSession> opened = new LinkedBlockingQueue<>();
    final Map<String, String> verifiers;
    volatile Consumer<FakeSession> prepare = session -> {};
    volatile @Nullable StartUp latest;

    FakeSessions(Map<String, String> verifiers) {
        this.verifiers = verifiers;
    }

    @Override
    public SqlSession open(StartUp startUp, @Nullable SessionState state) {
        latest = startUp;
        String database = startUp.parameters().get("database");
        if (database.equals("missing")) {
            throw PgError.of(Severity.FATAL, SqlState.UNDEFINED_DATABASE, "database \"missing\" does not exist").exception();
        }
        FakeSession session = new FakeSession(startUp.parameters());
        prepare.accept(session);
        opened.add(session);
        return session;
    }

    @Override
    public Credentials credentials(String role) {
        String verifier = verifiers.get(role);
        return new Credentials(verifier != null, verifier != null, verifier);
    }
}
