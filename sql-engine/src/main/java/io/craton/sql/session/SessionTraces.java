package io.craton.sql.session;

import io.craton.core.trace.Traces;
import io.craton.core.trace.Traces.Request;
import io.craton.core.trace.Traces.Span;
import io.craton.sql.syntax.LexerSettings;
import io.craton.sql.syntax.NormalisedText;
import io.craton.storage.txn.CommitTimes;
import io.craton.storage.txn.Transaction;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Tells of one session's requests to who traces them, when they have ended. The session's thread. */
final class SessionTraces {
    static final String CONTEXT = "craton.traceparent";
    private static final Pattern COMMENT = Pattern.compile("traceparent\\s*[=:]\\s*(?:'|%27)?([0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2})");

    private static final int SHOWN_MAX = 32;
    private static final int SHOWN_CHARACTERS_MAX = 2000;

    private final Session session;
    private final Traces traces;
    private @Nullable CommitTimes commit;
    private @Nullable LexerSettings shownUnder;
    /** Texts of statements as others may see them, for a client prepares few and runs them often; by the true ones. */
    private final Map<String, String> shown = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > SHOWN_MAX;
        }
    };

    SessionTraces(Session session, Traces traces) {
        this.session = session;
        this.traces = traces;
    }

    /** A transaction begins whose commit belongs to some request. */
    void begun(Transaction transaction) {
        if (!traces.on()) return;
        CommitTimes times = new CommitTimes();
        commit = times;
        transaction.timed(times);
    }

    /** A request was answered, so long after its first message. */
    void ended(String name, long nanos) {
        if (!traces.on()) return;
        long now = System.nanoTime();
        String text = session.activity().query();
        String parent = parent(text);
        if (!traces.samples(parent)) return;
        CommitTimes times = commit;
        List<Span> inner = List.of();
        if (times != null && times.appliedNanos() != 0) {
            commit = null;
            inner = List.of(new Span("craton.consensus.prepare", times.submittedNanos(), times.replicatedNanos()),
                    new Span("craton.consensus.commit", times.replicatedNanos(), times.appliedNanos()));
        }
        traces.ended(new Request(new Span(name, now - nanos, now), parent, shown(text),
                session.identity.database(), session.identity.sessionUser(), session.identity.processId(), inner));
    }

    private String shown(String text) {
        LexerSettings settings = session.lexerSettings();
        if (text.length() > SHOWN_CHARACTERS_MAX) return normalised(HiddenPasswords.in(text), settings);
        if (!settings.equals(shownUnder)) {
            shown.clear();
            shownUnder = settings;
        }
        String known = shown.get(text);
        if (known != null) return known;
        String hidden = HiddenPasswords.in(text);
        String normalised = normalised(hidden, settings);
        if (hidden.equals(text)) shown.put(text, normalised); // a password is kept by nobody
        return normalised;
    }

    private static String normalised(String hidden, LexerSettings settings) {
        return NormalisedText.of(hidden, settings, 0, true).text();
    }

    /** What stands in a comment of the statement is stronger than what was set. */
    private @Nullable String parent(String text) {
        if (text.contains("traceparent")) {
            Matcher found = COMMENT.matcher(text);
            if (found.find()) return found.group(1);
        }
        String set = session.settings.get(CONTEXT);
        return set.isEmpty() ? null : set;
    }
}
