package io.craton.conformance.compare;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which failure a failure follows from. Where a statement that makes or fills an object fails, whatever later differs and names that object is put down
 * to the first reason. A guess by names, good enough to order work by what it gains.
 */
public final class Causes {
    private final Map<String, String> tainted = new HashMap<>();

    /** The first cause of a difference; the own reason when nothing before explains it. */
    public String root(String sql, String reason) {
        String root = speaksForItself(reason) ? reason : inherited(sql, reason);
        String target = SqlText.target(sql);
        if (!target.isEmpty()) tainted.putIfAbsent(target, root);
        return root;
    }

    /** An object that was made well is blamed for nothing any more. */
    public void succeeded(String sql) {
        if (SqlText.begins(sql, "create")) tainted.remove(SqlText.target(sql));
    }

    private String inherited(String sql, String reason) {
        List<String> words = SqlText.words(sql, Integer.MAX_VALUE);
        for (String word : words) {
            String root = tainted.get(word);
            if (root != null) return root;
        }
        return reason;
    }

    private static boolean speaksForItself(String reason) {
        return reason.startsWith("0A000") || reason.startsWith("42601") || reason.startsWith("XX000") || reason.startsWith("42704 type");
    }
}
