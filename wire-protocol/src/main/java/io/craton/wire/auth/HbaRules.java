package io.craton.wire.auth;

import io.craton.wire.auth.RuleLines.Line;
import io.craton.wire.auth.RuleLines.RuleError;
import io.craton.wire.auth.RuleLines.Token;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * pg_hba.conf: the first rule that fits an attempt decides; none means no. Methods are trust, reject, scram-sha-256 (which md5 stands for as well, as
 * passwords are kept for SCRAM alone) and cert. Immutable.
 */
public final class HbaRules implements AccessRules {
    /** Whether a user belongs to a role, directly or not; a superuser only where it was granted. Quick. */
    public interface Members {
        boolean memberOf(String user, String role);
    }

    /** How a connection must come. LOCAL stands for Unix sockets, which there are none of: it fits nothing. */
    enum Kind {
        LOCAL("local"), HOST("host"), TLS("hostssl"), PLAIN("hostnossl");

        final String word;

        Kind(String word) {
            this.word = word;
        }
    }

    private enum Shown { NOT_ASKED, VERIFIED, NAMES_ROLE }

    private record Rule(int line, Kind kind, List<Token> databases, List<Token> users, @Nullable AddressRange addresses, AuthMethod method, String methodWord,
            Shown certificate, @Nullable String map, boolean byDistinguishedName, List<String> options) {}

    /** A rule as pg_hba_file_rules shows it. */
    public record Shape(int line, String type, List<String> databases, List<String> users, @Nullable String address, @Nullable String mask, String method,
            List<String> options) {}

    private final List<Rule> rules;
    private final IdentMaps maps;
    private final Members members;

    private HbaRules(List<Rule> rules, IdentMaps maps, Members members) {
        this.rules = List.copyOf(rules);
        this.maps = maps;
        this.members = members;
    }

    /** Throws with the lines that are wrong, one for each. */
    public static HbaRules parse(String text, IdentMaps maps, Members members) {
        List<String> problems = new ArrayList<>();
        List<Rule> rules = new ArrayList<>();
        try {
            for (Line line : RuleLines.of(text)) {
                try {
                    rules.add(rule(line, maps));
                } catch (RuleError e) {
                    problems.add(e.getMessage());
                } catch (IllegalArgumentException e) {
                    problems.add("line " + line.number() + ": " + e.getMessage());
                }
            }
        } catch (RuleError e) {
            problems.add(e.getMessage());
        }
        if (problems.isEmpty() && rules.isEmpty()) problems.add("there is no rule in it: nobody could connect");
        if (!problems.isEmpty()) throw new IllegalArgumentException(String.join("\n", problems));
        return new HbaRules(rules, maps, members);
    }

    private static Rule rule(Line line, IdentMaps maps) throws RuleError {
        Kind kind = kind(line);
        int fields = line.fields().size();
        int at = kind == Kind.LOCAL ? 3 : 4;
        if (fields <= at) throw new RuleError(line.number(), "the line ends before the " + (fields < 2 ? "database" : fields < 3 ? "role" : fields < at ? "address" : "authentication method"));
        List<Token> databases = named(line, 1);
        List<Token> users = named(line, 2);
        AddressRange addresses = null;
        if (kind != Kind.LOCAL) {
            String address = line.only(3);
            boolean twoFields = address.indexOf('/') < 0 && !address.matches("all|samehost|samenet") && fields > 5 && line.only(4).matches("[0-9a-fA-F:.]+");
            addresses = AddressRange.of(address, twoFields ? line.only(4) : null);
            if (twoFields) at++;
        }
        String word = line.only(at);
        AuthMethod method = method(word, kind, line);
        Shown shown = method == AuthMethod.CERT ? Shown.NAMES_ROLE : Shown.NOT_ASKED;
        String map = null;
        boolean whole = false;
        List<String> options = new ArrayList<>();
        for (int i = at + 1; i < fields; i++) {
            String option = line.only(i);
            options.add(option);
            int equals = option.indexOf('=');
            if (equals < 0) throw new RuleError(line.number(), "authentication option not in name=value format: " + option);
            String value = option.substring(equals + 1);
            switch (option.substring(0, equals)) {
                case "clientcert" -> {
                    if (kind != Kind.TLS) throw new RuleError(line.number(), "clientcert can only be configured for \"hostssl\" rows");
                    shown = switch (value) {
                        case "verify-full" -> Shown.NAMES_ROLE;
                        case "verify-ca" -> method == AuthMethod.CERT ? Shown.NAMES_ROLE : Shown.VERIFIED;
                        default -> throw new RuleError(line.number(), "invalid value for clientcert: \"" + value + "\"; allowed: verify-ca, verify-full");
                    };
                }
                case "map" -> {
                    if (method != AuthMethod.CERT) throw new RuleError(line.number(), "authentication option \"map\" is only valid for the authentication method cert");
                    if (!maps.has(value)) throw new RuleError(line.number(), "there is no map \"" + value + "\" in the ident file");
                    map = value;
                }
                case "clientname" -> {
                    if (kind != Kind.TLS) throw new RuleError(line.number(), "clientname can only be configured for \"hostssl\" rows");
                    if (!value.equals("CN") && !value.equals("DN")) {
                        throw new RuleError(line.number(), "invalid value for clientname: \"" + value + "\"; allowed: CN, DN");
                    }
                    whole = value.equals("DN");
                }
                default -> throw new RuleError(line.number(), "unrecognized authentication option name: \"" + option.substring(0, equals) + "\"");
            }
        }
        return new Rule(line.number(), kind, databases, users, addresses, method, word, shown, map, whole, options);
    }

    private static Kind kind(Line line) throws RuleError {
        String word = line.only(0);
        for (Kind kind : Kind.values()) if (kind.word.equals(word)) return kind;
        if (word.equals("hostnogssenc")) return Kind.HOST;
        throw new RuleError(line.number(), word.equals("hostgssenc") ? "hostgssenc is not supported: there is no GSSAPI" : "invalid connection type \"" + word + "\"");
    }

    private static AuthMethod method(String word, Kind kind, Line line) throws RuleError {
        return switch (word) {
            case "trust" -> AuthMethod.TRUST;
            case "reject" -> AuthMethod.REJECT;
            case "scram-sha-256", "md5" -> AuthMethod.SCRAM_SHA_256;
            case "cert" -> {
                if (kind != Kind.TLS) throw new RuleError(line.number(), "cert authentication is only supported on hostssl connections");
                yield AuthMethod.CERT;
            }
            case "password", "gss", "sspi", "ident", "peer", "pam", "bsd", "ldap", "radius" ->
                    throw new RuleError(line.number(), "authentication method \"" + word + "\" is not supported; there are trust, reject, scram-sha-256 and cert");
            default -> throw new RuleError(line.number(), "invalid authentication method \"" + word + "\"");
        };
    }

    private static List<Token> named(Line line, int field) throws RuleError {
        for (Token token : line.fields().get(field)) {
            if (!token.quoted() && token.text().startsWith("@")) throw new RuleError(line.number(), "files of names are not supported: " + token.text());
        }
        return List.copyOf(line.fields().get(field));
    }

    @Override
    public Verdict judge(Attempt attempt) {
        for (Rule rule : rules) if (fits(rule, attempt)) return verdict(rule, attempt);
        return attempt.unknown();
    }

    private boolean fits(Rule rule, Attempt attempt) {
        boolean way = switch (rule.kind) {
            case LOCAL -> false;
            case HOST -> true;
            case TLS -> attempt.tls();
            case PLAIN -> !attempt.tls();
        };
        InetAddress address = attempt.remote() == null ? null : attempt.remote().getAddress();
        return way && address != null && rule.addresses != null && rule.addresses.contains(address) && fitsUser(rule, attempt) && fitsDatabase(rule, attempt);
    }

    private boolean fitsUser(Rule rule, Attempt attempt) {
        for (Token token : rule.users) {
            if (token.keyword("all")) return true;
            if (!token.quoted() && token.text().startsWith("+") ? members.memberOf(attempt.user(), token.text().substring(1)) : token.text().equals(attempt.user())) return true;
        }
        return false;
    }

    private boolean fitsDatabase(Rule rule, Attempt attempt) {
        for (Token token : rule.databases) {
            if (token.keyword("all")) return true;
            if (token.keyword("replication")) continue;
            boolean fits = token.keyword("sameuser") ? attempt.database().equals(attempt.user())
                    : token.keyword("samerole") || token.keyword("samegroup") ? members.memberOf(attempt.user(), attempt.database())
                    : token.text().equals(attempt.database());
            if (fits) return true;
        }
        return false;
    }

    private Verdict verdict(Rule rule, Attempt attempt) {
        if (rule.method == AuthMethod.REJECT) return attempt.rejected();
        if (rule.certificate != Shown.NOT_ASKED) {
            Certificate certificate = attempt.certificate();
            if (certificate == null) return attempt.refused(rule.method, "connection requires a valid client certificate");
            String name = rule.byDistinguishedName ? certificate.distinguishedName() : certificate.commonName();
            if (rule.certificate == Shown.NAMES_ROLE && !maps.allows(rule.map, name, attempt.user())) {
                return attempt.refused(rule.method, (rule.method == AuthMethod.CERT ? "certificate" : "client certificate") + " authentication failed for user \"" + attempt.user() + "\"");
            }
        }
        return new Verdict(rule.method, null);
    }

    /** All rules, in order. */
    public List<Shape> shapes() {
        List<Shape> shapes = new ArrayList<>();
        for (Rule rule : rules) {
            shapes.add(new Shape(rule.line, rule.kind.word, rule.databases.stream().map(Token::text).toList(), rule.users.stream().map(Token::text).toList(),
                    rule.addresses == null ? null : rule.addresses.text(), rule.addresses == null ? null : rule.addresses.mask(), rule.methodWord, rule.options));
        }
        return shapes;
    }

    public IdentMaps maps() {
        return maps;
    }
}
