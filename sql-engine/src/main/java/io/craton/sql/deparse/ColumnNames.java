package io.craton.sql.deparse;

import io.craton.sql.analyze.RangeItem;
import io.craton.sql.syntax.FromItem;
import io.craton.sql.syntax.Mark;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Names of the columns of a level's entries. A column keeps its own name as long as that is unique in its entry; columns that a join merges must have one
 * name on both sides, whatever they are called in their tables by now, so that names go down the joins first. When an unnamed join computes a merged
 * column (a full join, or differing types), the name of the column is all there is to refer to it by, and must be unique in the whole level.
 */
final class ColumnNames {
    /** An entry or join: one slot for each column, by attribute number for stored relations; null is no column (any more). */
    static final class Side {
        final @Nullable RangeItem item;
        final @Nullable FromItem syntax;
        @Nullable String[] names;
        boolean printed;
        List<String> using = List.of();
        private List<String> aroundUsing = List.of();
        private @Nullable Side left;
        private @Nullable Side right;
        /** Joins: slots left and right that each slot shows, -1 for none. */
        private int[] leftSlots = {};
        private int[] rightSlots = {};

        Side(@Nullable RangeItem item, @Nullable FromItem syntax, int slots) {
            this.item = item;
            this.syntax = syntax;
            this.names = new String[slots];
        }

        private boolean named() {
            return item != null && item.aliased();
        }

        /** Names in order, without gaps: what an alias list shows. */
        List<String> list() {
            List<String> list = new ArrayList<>();
            for (String name : names) if (name != null) list.add(name);
            return list;
        }
    }

    private final PrintSource source;
    private final Map<RangeItem, Side> sides = new IdentityHashMap<>();
    private final Map<FromItem, Side> bySyntax = new IdentityHashMap<>();
    /** Joins after what they join. */
    private final List<Side> order = new ArrayList<>();
    private final List<String> levelUsing = new ArrayList<>();
    private boolean uniqueUsing;

    ColumnNames(List<RangeItem> items, List<FromItem> from, PrintSource source) {
        this.source = source;
        List<Side> roots = new ArrayList<>();
        for (FromItem item : from) roots.add(side(item));
        for (RangeItem item : items) {
            if (item.kind() != RangeItem.Kind.JOIN && !sides.containsKey(item)) leaf(item, null);
        }
        for (Side side : order) uniqueUsing |= dangerous(side);
        for (Side root : roots) pushUsing(root, List.of());
        for (Side side : order) {
            if (side.left == null) nameLeaf(side);
            else nameJoin(side);
        }
    }

    Side of(FromItem syntax) {
        return java.util.Objects.requireNonNull(bySyntax.get(syntax));
    }

    @Nullable Side of(RangeItem item) {
        return sides.get(item);
    }

    String name(RangeItem item, int index) {
        Side side = sides.get(item);
        if (side == null) return item.fields().get(index).name();
        String name = side.names[slot(item, index)];
        return name == null ? "?dropped?column?" : name;
    }

    private static int slot(RangeItem item, int index) {
        return item.table() == null ? index : item.fields().get(index).attributeNumber() - 1;
    }

    // ---- shape -----------------------------------------------------------------------------------------------------

    private Side side(FromItem syntax) {
        RangeItem item = source.findings().item(syntax);
        return syntax instanceof FromItem.JoinItem join ? join(join, item) : leaf(java.util.Objects.requireNonNull(item), syntax);
    }

    private Side leaf(RangeItem item, @Nullable FromItem syntax) {
        Side side = new Side(item, syntax, item.table() == null ? item.fields().size() : item.table().columns().size());
        sides.put(item, side);
        if (syntax != null) bySyntax.put(syntax, side);
        order.add(side);
        return side;
    }

    private Side join(FromItem.JoinItem syntax, @Nullable RangeItem item) {
        Side left = side(syntax.left());
        Side right = side(syntax.right());
        List<Integer> leftSlots = new ArrayList<>();
        List<Integer> rightSlots = new ArrayList<>();
        for (Mark.Using merged : source.findings().using(syntax)) {
            leftSlots.add(slot(left, merged.leftItem(), merged.leftColumn()));
            rightSlots.add(slot(right, merged.rightItem(), merged.rightColumn()));
        }
        int merged = leftSlots.size();
        for (int slot : live(left)) {
            if (leftSlots.subList(0, merged).contains(slot)) continue;
            leftSlots.add(slot);
            rightSlots.add(-1);
        }
        for (int slot : live(right)) {
            if (rightSlots.subList(0, merged).contains(slot)) continue;
            leftSlots.add(-1);
            rightSlots.add(slot);
        }
        Side side = new Side(item, syntax, leftSlots.size());
        side.left = left;
        side.right = right;
        side.leftSlots = leftSlots.stream().mapToInt(Integer::intValue).toArray();
        side.rightSlots = rightSlots.stream().mapToInt(Integer::intValue).toArray();
        if (item != null) sides.put(item, side);
        bySyntax.put(syntax, side);
        order.add(side);
        return side;
    }

    private static List<Integer> live(Side side) {
        List<Integer> slots = new ArrayList<>();
        for (int i = 0; i < side.names.length; i++) {
            if (side.left != null || side.item.table() == null || live(side.item.table().columns().get(i))) slots.add(i);
        }
        return slots;
    }

    private static boolean live(ColumnDef column) {
        return !column.dropped() && !column.hidden();
    }

    /** The slot of a side through which a column of an entry below shows; -1 when there is none. */
    private static int slot(Side side, int itemNumber, int number) {
        if (side.left == null) {
            if (side.item.number() != itemNumber) return -1;
            if (side.item.table() != null) return number - 1;
            for (int i = 0; i < side.item.fields().size(); i++) if (side.item.columnNumber(i) == number) return i;
            return -1;
        }
        if (side.item != null && side.item.number() == itemNumber) return number - 1;
        int left = slot(side.left, itemNumber, number);
        int right = left >= 0 ? -1 : slot(side.right, itemNumber, number);
        for (int i = 0; i < side.leftSlots.length; i++) {
            if (left >= 0 && side.leftSlots[i] == left || right >= 0 && side.rightSlots[i] == right) return i;
        }
        return -1;
    }

    // ---- names -----------------------------------------------------------------------------------------------------

    private boolean dangerous(Side side) {
        if (side.left == null || side.item == null || side.named()) return false;
        for (int i = 0; i < side.item.merged(); i++) if (!side.item.plain(i)) return true;
        return false;
    }

    private void pushUsing(Side side, List<String> around) {
        if (side.left == null) return;
        if (!side.named()) for (int i = 0; i < side.names.length; i++) if (side.names[i] != null) pushDown(side, i);
        List<String> inside = around;
        List<Mark.Using> using = source.findings().using((FromItem.JoinItem) side.syntax);
        if (!using.isEmpty()) {
            inside = new ArrayList<>(around);
            side.using = new ArrayList<>();
            for (int i = 0; i < using.size(); i++) {
                if (side.names[i] == null) {
                    String wanted = side.named() && given(side, i) ? side.item.fields().get(i).name() : using.get(i).name();
                    side.names[i] = unique(wanted, side);
                    if (uniqueUsing) levelUsing.add(side.names[i]);
                }
                side.using.add(side.names[i]);
                inside.add(side.names[i]);
                pushDown(side, i);
            }
        }
        side.left.aroundUsing = inside;
        side.right.aroundUsing = inside;
        pushUsing(side.left, inside);
        pushUsing(side.right, inside);
    }

    private static void pushDown(Side side, int slot) {
        if (side.leftSlots[slot] >= 0) side.left.names[side.leftSlots[slot]] = side.names[slot];
        if (side.rightSlots[slot] >= 0) side.right.names[side.rightSlots[slot]] = side.names[slot];
    }

    private void nameLeaf(Side side) {
        RangeItem item = side.item;
        boolean changed = false;
        for (int i = 0; i < side.names.length; i++) {
            String own = ownName(item, i);
            if (own == null) continue;
            if (side.names[i] == null) side.names[i] = unique(given(side, i) ? aliasOf(item, i) : own, side);
            changed |= !side.names[i].equals(own);
        }
        boolean relation = item.relationOid() != 0;
        side.printed = item.kind() == RangeItem.Kind.FUNCTION || changed || !relation && aliasColumns(side) > 0;
    }

    /** Name of a column in the catalog, or where the entry itself comes from. */
    private static @Nullable String ownName(RangeItem item, int slot) {
        if (item.table() == null) return item.originalName(slot);
        ColumnDef column = item.table().columns().get(slot);
        return live(column) ? column.name() : null;
    }

    private static String aliasOf(RangeItem item, int slot) {
        if (item.table() == null) return item.fields().get(slot).name();
        for (var field : item.fields()) if (field.attributeNumber() == slot + 1) return field.name();
        throw new IllegalStateException("no column " + slot);
    }

    private void nameJoin(Side side) {
        boolean changed = false;
        for (int i = side.using.size(); i < side.names.length; i++) {
            String real = side.leftSlots[i] >= 0 ? side.left.names[side.leftSlots[i]] : side.right.names[side.rightSlots[i]];
            if (!side.named()) {
                side.names[i] = real;
                continue;
            }
            if (side.names[i] == null) side.names[i] = unique(given(side, i) ? side.item.fields().get(i).name() : real, side);
            changed |= !side.names[i].equals(real);
        }
        side.printed = side.named() && changed;
    }

    private static FromItem.@Nullable Alias alias(@Nullable FromItem syntax) {
        return switch (syntax) {
            case FromItem.RelationItem item -> item.alias();
            case FromItem.SubqueryItem item -> item.alias();
            case FromItem.FunctionItem item -> item.alias();
            case FromItem.JoinItem item -> item.alias();
            case FromItem.XmlTableItem item -> item.alias();
            case null -> null;
        };
    }

    static int aliasColumns(Side side) {
        FromItem.Alias alias = alias(side.syntax);
        return alias == null ? 0 : alias.columns().size();
    }

    /** Whether the text itself names the column in an alias. */
    private static boolean given(Side side, int slot) {
        FromItem.Alias alias = alias(side.syntax);
        if (alias == null || alias.columns().isEmpty()) return false;
        if (alias.columns().stream().noneMatch(Mark::is)) return place(side, slot) < alias.columns().size();
        for (int i = 0; i < alias.columns().size(); i++) {
            if (Mark.of(alias.columns().get(i)) instanceof Mark.Alias mark) {
                if (slot(side, mark.item() < 0 ? side.item.number() : mark.item(), mark.column()) == slot) return true;
            } else if (i == slot) {
                return true;
            }
        }
        return false;
    }

    /** Which of the visible columns a slot is. */
    private static int place(Side side, int slot) {
        return live(side).indexOf(slot);
    }

    private String unique(String name, Side side) {
        if (free(name, side)) return name;
        for (int number = 1; ; number++) {
            String changed = Level.numbered(name, number);
            if (free(changed, side)) return changed;
        }
    }

    private boolean free(String name, Side side) {
        for (String taken : side.names) if (name.equals(taken)) return false;
        return !levelUsing.contains(name) && !side.aroundUsing.contains(name);
    }
}
