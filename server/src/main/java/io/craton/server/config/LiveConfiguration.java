package io.craton.server.config;

import io.craton.server.config.Configuration.Source;
import io.craton.server.config.Configuration.Value;
import io.craton.sql.session.Regions;
import io.craton.sql.session.SqlEngine;
import io.craton.sql.settings.AccessRule;
import io.craton.sql.settings.NodeSettings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configuration of a running node. {@link #reload} reads its sources again, takes over what may change while the node runs, and logs what needs a
 * restart. Any thread.
 */
public final class LiveConfiguration implements SqlEngine.Configuration {
    private static final Logger LOG = LoggerFactory.getLogger(LiveConfiguration.class);

    private volatile Regions regions = Regions.NONE;
    private volatile UnaryOperator<String> inspector = SqlEngine.Configuration.NONE::inspect;

    /** Acts on a new value. Throws, with the reason, when it cannot be used: the old one stays in force. */
    public interface Listener {
        void changed(Configuration configuration) throws Exception;
    }

    private record Listening(List<ConfigKey> keys, Listener listener) {}

    private final Configuration.Sources sources;
    private final List<Listening> listeners = new ArrayList<>();
    /** One reload after the other; guards {@code inForce} and {@code listeners}. */
    private final ReentrantLock reloading = new ReentrantLock();
    private final Map<ConfigKey, Value> inForce = new EnumMap<>(ConfigKey.class);
    private volatile Configuration current;
    private volatile NodeSettings settings;
    private volatile Instant read = Instant.now();
    private volatile @Nullable AccessControl access;

    /** @param first what was read from the sources to start with */
    public LiveConfiguration(Configuration.Sources sources, Configuration first) {
        this.sources = sources;
        this.current = first;
        for (ConfigKey key : ConfigKey.values()) {
            Value value = first.value(key);
            if (value != null) inForce.put(key, value);
        }
        this.settings = ConfigRows.settings(first, inForce, Set.of());
    }

    /** Defaults alone. */
    public static LiveConfiguration bare() {
        Configuration.Sources nothing = new Configuration.Sources(null, Map.of(), Map.of());
        return new LiveConfiguration(nothing, nothing.read());
    }

    /** As it was read last; keys that need a restart may have another value in force. */
    public Configuration current() {
        return current;
    }

    @Override
    public NodeSettings settings() {
        return settings;
    }

    @Override
    public Instant read() {
        return read;
    }

    /** Where databases are that are not here. */
    public void regions(Regions known) {
        regions = known;
    }

    @Override
    public Regions regions() {
        return regions;
    }

    /** Whose rules the views show. */
    public void accessControl(AccessControl control) {
        access = control;
    }

    @Override
    public List<AccessRule> accessRules() {
        AccessControl control = access;
        return control == null ? List.of() : control.shown();
    }

    @Override
    public List<AccessRule.Mapping> identMappings() {
        AccessControl control = access;
        return control == null ? List.of() : control.mappings();
    }

    /** What to do when one of these keys has changed. */
    public void onChange(List<ConfigKey> keys, Listener listener) {
        reloading.lock();
        try {
            listeners.add(new Listening(keys, listener));
        } finally {
            reloading.unlock();
        }
    }

    /** Who tells of the node, when diagnostics are wanted. */
    public void inspector(UnaryOperator<String> teller) {
        inspector = teller;
    }

    @Override
    public String inspect(String what) {
        return inspector.apply(what);
    }

    @Override
    public boolean reload() {
        reloading.lock();
        try {
            Configuration next = sources.read();
            next.warnings().forEach(LOG::warn);
            return take(next);
        } catch (StartException e) {
            e.getMessage().lines().forEach(LOG::error);
            LOG.error("the configuration was not reloaded and stays as it was");
            return false;
        } finally {
            reloading.unlock();
        }
    }

    /** False when something that may change now could not be. */
    private boolean take(Configuration next) {
        List<ConfigKey> changed = new ArrayList<>();
        Set<ConfigKey> pending = EnumSet.noneOf(ConfigKey.class);
        for (ConfigKey key : ConfigKey.values()) {
            Value before = inForce.get(key);
            Value after = next.value(key);
            if (sameText(before, after)) {
                if (after != null) inForce.put(key, after);
            } else if (key.change() == ConfigKey.Change.RESTART) {
                pending.add(key);
                LOG.warn("{} {}: needs a restart", key.path(), difference(key, before, after));
            } else {
                changed.add(key);
            }
        }
        boolean taken = true;
        for (Listening each : listeners) {
            boolean concerned = each.keys.stream().anyMatch(changed::contains);
            // What stands in the files may be new although their names are the same.
            boolean files = each.keys.stream().anyMatch(key -> key.type instanceof ValueType.File && next.value(key) != null);
            if (!concerned && !files) continue;
            try {
                each.listener.changed(next);
            } catch (Exception e) {
                // One that acts on many keys is told of those that are concerned; where none is, it is what their files hold.
                List<ConfigKey> told = each.keys.stream().filter(key -> concerned ? changed.contains(key) : key.type instanceof ValueType.File && next.value(key) != null).toList();
                String keys = String.join(", ", told.stream().map(ConfigKey::path).toList());
                String.valueOf(e.getMessage()).lines().forEach(line -> LOG.error("{} cannot be used, what is in force stays: {}", keys, line));
                changed.removeAll(each.keys);
                taken = false;
            }
        }
        for (ConfigKey key : changed) {
            Value after = next.value(key);
            LOG.info("{} {}", key.path(), difference(key, inForce.get(key), after));
            if (after == null) inForce.remove(key);
            else inForce.put(key, after);
        }
        Map<String, Value> before = current.settings();
        Map<String, Value> names = new LinkedHashMap<>(before);
        names.putAll(next.settings());
        int differing = 0;
        for (String name : names.keySet()) {
            if (sameText(before.get(name), next.settings().get(name))) continue;
            differing++;
            LOG.info("{} {}", name, difference(null, before.get(name), next.settings().get(name)));
        }
        current = next;
        settings = ConfigRows.settings(next, inForce, pending);
        read = Instant.now();
        if (taken) LOG.info("configuration reloaded: {} changed; certificates and access rules are read again", changed.size() + differing);
        else LOG.warn("configuration reloaded in part: {} changed; what could not be used stays as it was", changed.size() + differing);
        return taken;
    }

    private static boolean sameText(@Nullable Value left, @Nullable Value right) {
        return Objects.equals(left == null ? null : left.text(), right == null ? null : right.text());
    }

    private static String told(@Nullable ConfigKey key, @Nullable Value value) {
        if (value == null) return "not set";
        return key == null ? value.text() : key.told(value.text());
    }

    private static String difference(@Nullable ConfigKey key, @Nullable Value before, @Nullable Value after) {
        if (key != null && key.secret()) return "differs";
        return "was " + told(key, before) + ", is now " + told(key, after)
                + (after != null && after.source() == Source.FILE ? " (line " + after.line() + ")" : "");
    }
}
