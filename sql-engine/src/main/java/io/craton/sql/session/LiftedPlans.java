package io.craton.sql.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.craton.core.error.PgException;
import io.craton.core.type.FormatContext;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeCodecs;
import io.craton.core.type.TypeOid;
import io.craton.sql.syntax.LexerSettings;
import io.craton.sql.syntax.StatementFingerprint;
import io.craton.sql.syntax.StatementFingerprint.Literal;
import io.craton.storage.txn.Transaction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Point plans shared by texts that differ only in literals. A text's fingerprint finds its shape: which of the literals are parameters, and the plan, under
 * the values of those that are not. Texts that cannot be shared are remembered too. One for the engine, any thread.
 */
final class LiftedPlans {
    /** A plan with the text's literals as its parameters. */
    record Known(PreparedPlan plan, @Nullable Object[] parameters) {}

    /**
     * @param literals of each parameter, its number in the fingerprint
     * @param fixed numbers of the literals that the plan was made for
     * @param plan null when literals are fixed: it is then found under their values
     */
    private record Shape(int[] literals, List<Boolean> negative, List<PgType> types, int[] fixed, @Nullable PreparedPlan plan) {
        boolean shared() {
            return literals.length > 0;
        }
    }

    private static final Shape ALONE = new Shape(new int[0], List.of(), List.of(), new int[0], null);
    private static final List<Integer> LIFTED = List.of(-1);
    private static final List<Integer> LIFTED_FIXED = List.of(-2);
    private static final int SHAPES_MAX = 4096;
    private static final int TEXT_MAX = 4096;

    private final Planner planner;
    private final Cache<Planner.Key, Shape> shapes = Caffeine.newBuilder().maximumSize(SHAPES_MAX).build();

    LiftedPlans(Planner planner) {
        this.planner = planner;
    }

    /** Fingerprint of a text that may be shared; null for all others. */
    static @Nullable StatementFingerprint fingerprint(String sql, LexerSettings settings) {
        int length = sql.length();
        if (length > TEXT_MAX || length < 8) return null;
        switch (sql.charAt(0) | 0x20) {
            case 's', 'i', 'u', 'd' -> { }
            default -> {
                return null;
            }
        }
        try {
            StatementFingerprint fingerprint = StatementFingerprint.of(sql, settings);
            return fingerprint.single() && !fingerprint.literals().isEmpty() ? fingerprint : null;
        } catch (PgException e) {
            return null; // the parser says what is wrong, in its order
        }
    }

    /** @param key under which plans of a text with these parameter types are found in this session */
    @Nullable Known find(StatementFingerprint fingerprint, Key key, Transaction transaction, FormatContext format) {
        Shape shape = shapes.getIfPresent(key.of(fingerprint.text(), LIFTED));
        if (shape == null || !shape.shared()) return null;
        PreparedPlan plan = shape.plan;
        if (plan == null) {
            plan = planner.cached(key.of(fixedText(fingerprint, shape.fixed), LIFTED_FIXED), transaction);
            if (plan == null) return null;
        }
        @Nullable Object[] values = values(fingerprint.literals(), shape, format);
        return values == null ? null : new Known(plan, values);
    }

    /** Whether nothing is known of this text's shape, or only plans for other fixed values. */
    boolean isNew(StatementFingerprint fingerprint, Key key) {
        Shape shape = shapes.getIfPresent(key.of(fingerprint.text(), LIFTED));
        return shape == null || shape.shared() && shape.plan == null;
    }

    void rememberAlone(StatementFingerprint fingerprint, Key key) {
        shapes.put(key.of(fingerprint.text(), LIFTED), ALONE);
    }

    /** @param plan of the lifted statement, with all types known */
    void remember(StatementFingerprint fingerprint, Key key, LiteralLifter.Lifted lifted, PreparedPlan plan) {
        int[] literals = lifted.literals().stream().mapToInt(Integer::intValue).toArray();
        int[] fixed = java.util.stream.IntStream.range(0, fingerprint.literals().size()).filter(i -> !lifted.literals().contains(i)).toArray();
        Shape shape = new Shape(literals, lifted.negative(), plan.parameterTypes(), fixed, fixed.length == 0 ? plan : null);
        if (fixed.length > 0) planner.remember(key.of(fixedText(fingerprint, fixed), LIFTED_FIXED), plan);
        shapes.put(key.of(fingerprint.text(), LIFTED), shape);
    }

    /** Makes cache keys of one session's present state. */
    @FunctionalInterface
    interface Key {
        Planner.Key of(String text, List<Integer> parameterTypes);
    }

    private static String fixedText(StatementFingerprint fingerprint, int[] fixed) {
        StringBuilder text = new StringBuilder(fingerprint.text());
        for (int i : fixed) {
            String value = fingerprint.literals().get(i).value();
            text.append('\0').append(value.length()).append(':').append(value);
        }
        return text.toString();
    }

    /** The literals as datums; null when one is not of the parameter's type: the text is then analysed as it is, which gives PostgreSQL's error. */
    private static @Nullable Object @Nullable [] values(List<Literal> literals, Shape shape, FormatContext format) {
        @Nullable Object[] values = new Object[shape.literals.length];
        for (int i = 0; i < values.length; i++) {
            Literal literal = literals.get(shape.literals[i]);
            PgType type = shape.types.get(i);
            switch (literal.kind()) {
                case INTEGER -> {
                    long value = Long.parseLong(literal.value());
                    values[i] = shape.negative.get(i) ? -value : value;
                }
                case NUMERIC -> {
                    String text = shape.negative.get(i) ? "-" + literal.value() : literal.value();
                    if (LiteralLifter.numberType(text).oid() != type.oid()) return null;
                    values[i] = type.oid() == TypeOid.NUMERIC ? decode(text, type, format) : (Object) Long.parseLong(text);
                }
                case STRING -> {
                    Object value = decode(literal.value(), type, format);
                    if (value == null) return null;
                    values[i] = value;
                }
                case BIT -> throw new IllegalStateException("bit strings are not lifted");
            }
        }
        return values;
    }

    private static @Nullable Object decode(String text, PgType type, FormatContext format) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try {
            return TypeCodecs.of(type, format.types()).decodeText(bytes, 0, bytes.length, -1, format);
        } catch (PgException e) {
            return null;
        }
    }

    /** Whether a literal of these types may become a parameter: its value does not name an object of the catalog, and the type is plain. */
    static boolean mayLift(List<PgType> types) {
        for (PgType type : types) {
            boolean names = switch (type.oid()) {
                case TypeOid.REGPROC, TypeOid.REGPROCEDURE, TypeOid.REGOPER, TypeOid.REGOPERATOR, TypeOid.REGCLASS, TypeOid.REGTYPE, TypeOid.REGCONFIG,
                        TypeOid.REGDICTIONARY, TypeOid.REGNAMESPACE, TypeOid.REGROLE, TypeOid.REGCOLLATION -> true;
                default -> type.kind() != 'b' || type.elementOid() != 0;
            };
            if (names) return false;
        }
        return true;
    }
}
