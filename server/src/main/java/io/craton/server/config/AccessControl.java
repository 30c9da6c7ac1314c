package io.craton.server.config;

import io.craton.sql.settings.AccessRule;
import io.craton.wire.auth.AccessRules;
import io.craton.wire.auth.Carriers;
import io.craton.wire.auth.HbaRules;
import io.craton.wire.auth.IdentMaps;
import io.craton.wire.auth.MinuteCounts;
import io.craton.wire.auth.RequestLimit;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The access rules in force: those of security.hba_file, or the default ones. A reload replaces them; open sessions stay. Any thread. */
public final class AccessControl implements AccessRules {
    /** Without a file: whoever is on this machine is trusted, all others need a password. */
    private static final String DEFAULT = """
            host all all 127.0.0.0/8 trust
            host all all ::1/128 trust
            host all all all scram-sha-256
            """;
    /** Without a file, where client certificates are required: they name the role, by this map where there is one. */
    private static final String CERTIFICATES = "hostssl all all all cert";
    private static final String MAP = "craton";

    private final HbaRules.Members members;
    private final MinuteCounts failures = new MinuteCounts(System::nanoTime);
    private final MinuteCounts comings = new MinuteCounts(System::nanoTime);
    private final MinuteCounts tenantComings = new MinuteCounts(System::nanoTime);
    private final RequestRates requestRates = new RequestRates();
    private volatile HbaRules rules;
    private volatile Limits limits;
    private volatile Carriers carriers;

    /** In a minute; 0 for no limit. */
    private record Limits(long failures, long logins, long tenantLogins) {
        static Limits of(Configuration configuration) {
            return new Limits(configuration.number(ConfigKey.MAX_FAILED_LOGINS), configuration.number(ConfigKey.MAX_LOGINS_PER_ADDRESS),
                    configuration.number(ConfigKey.MAX_LOGINS_PER_TENANT));
        }
    }

    /** Throws with what is wrong in the files. */
    public AccessControl(Configuration configuration, HbaRules.Members members) {
        this.members = members;
        this.rules = read(configuration, members);
        this.limits = Limits.of(configuration);
        this.carriers = carriers(configuration);
        requestRates.limits(configuration.number(ConfigKey.MAX_REQUESTS_PER_ADDRESS), configuration.number(ConfigKey.MAX_REQUESTS_PER_TENANT));
    }

    /** Throws, and changes nothing, when the files cannot be used. */
    public void reload(Configuration configuration) {
        HbaRules read = read(configuration, members);
        carriers = carriers(configuration);
        rules = read;
        limits = Limits.of(configuration);
        requestRates.limits(configuration.number(ConfigKey.MAX_REQUESTS_PER_ADDRESS), configuration.number(ConfigKey.MAX_REQUESTS_PER_TENANT));
    }

    /** Throws with what is wrong with an address. */
    static Carriers carriers(Configuration configuration) {
        String text = configuration.find(ConfigKey.CARRIERS);
        try {
            return text == null ? Carriers.NONE : Carriers.of(text);
        } catch (IllegalArgumentException e) {
            throw new StartException(StartException.USAGE, configuration.place(ConfigKey.CARRIERS) + "invalid region.carriers: " + e.getMessage());
        }
    }

    /** Throws with what is wrong in the files. */
    static HbaRules read(Configuration configuration, HbaRules.Members members) {
        Path ident = configuration.path(ConfigKey.IDENT_FILE);
        IdentMaps maps = ident == null ? IdentMaps.NONE : parsed(ident, IdentMaps::parse);
        Path file = configuration.path(ConfigKey.HBA_FILE);
        if (file != null) return parsed(file, text -> HbaRules.parse(text, maps, members));
        if (!configuration.flag(ConfigKey.REQUIRE_CLIENT_CERT)) return HbaRules.parse(DEFAULT, maps, members);
        boolean mapped = maps.mappings().stream().anyMatch(mapping -> mapping.map().equals(MAP));
        return HbaRules.parse(CERTIFICATES + (mapped ? " map=" + MAP : ""), maps, members);
    }

    private interface Parser<T> {
        T parse(String text);
    }

    private static <T> T parsed(Path file, Parser<T> parser) {
        try {
            return parser.parse(Files.readString(file, StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            throw new StartException(StartException.USAGE, file + ": there is no such file");
        } catch (IOException e) {
            throw new StartException(StartException.USAGE, file + ": cannot be read: " + e);
        } catch (IllegalArgumentException e) {
            throw new StartException(StartException.USAGE, String.join("\n", e.getMessage().lines().map(line -> file + ": " + line).toList()));
        }
    }

    @Override
    public Verdict judge(Attempt attempt) {
        Limits most = limits;
        InetAddress address = address(attempt);
        if (address != null) {
            if (most.failures > 0 && failures.count(address) >= most.failures) return attempt.tooMany();
            if (most.logins > 0 && comings.add(address) > most.logins) return attempt.tooOften("from this address");
        }
        if (most.tenantLogins > 0 && tenantComings.add(attempt.database()) > most.tenantLogins) return attempt.tooOften("into database \"" + attempt.database() + "\"");
        return rules.judge(attempt);
    }

    @Override
    public boolean carries(@Nullable InetSocketAddress remote) {
        return carriers.contain(remote == null ? null : remote.getAddress());
    }

    @Override
    public RequestLimit requests(String database, @Nullable InetSocketAddress remote) {
        return requestRates.of(database, remote == null ? null : remote.getAddress());
    }

    @Override
    public void tried(Attempt attempt, boolean right) {
        InetAddress address = address(attempt);
        if (!right && address != null && limits.failures > 0) failures.add(address);
    }

    private static @Nullable InetAddress address(Attempt attempt) {
        return attempt.remote() == null ? null : attempt.remote().getAddress();
    }

    /** As pg_hba_file_rules shows them. */
    List<AccessRule> shown() {
        return rules.shapes().stream().map(shape -> new AccessRule(shape.line(), shape.type(), shape.databases(), shape.users(), shape.address(), shape.mask(),
                shape.method(), shape.options())).toList();
    }

    /** As pg_ident_file_mappings shows them. */
    List<AccessRule.Mapping> mappings() {
        return rules.maps().mappings().stream().map(each -> new AccessRule.Mapping(each.line(), each.map(), each.systemName(), each.role())).toList();
    }
}
