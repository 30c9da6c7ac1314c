package io.craton.sql.function;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Compiled forms of patterns and formats, bounded. The one used last is found without a hash, which is nearly always the right one: patterns are
 * constants of a statement. Safe for all threads.
 */
final class CompiledCache<K, V> {
    private static final int ENTRIES_MAX = 500;

    private record Entry<K, V>(K key, V value) {}

    private final Cache<K, V> cache = Caffeine.newBuilder().maximumSize(ENTRIES_MAX).build();
    private volatile @Nullable Entry<K, V> last;

    V get(K key, Function<K, V> compile) {
        Entry<K, V> recent = last;
        if (recent != null && recent.key.equals(key)) return recent.value;
        V value = cache.getIfPresent(key);
        if (value == null) {
            value = compile.apply(key);
            cache.put(key, value);
        }
        last = new Entry<>(key, value);
        return value;
    }
}
