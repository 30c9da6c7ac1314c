package io.craton.storage.sim;

import io.craton.storage.engine.EngineProbe;
import io.craton.storage.txn.AccessMode;
import io.craton.storage.txn.IsolationLevel;
import io.craton.storage.txn.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What became of each transaction, as its session was told, and whether the databases agree with that. */
final class Ledger {
    enum Fate {
        OPEN,
        /** It was told to be committed. */
        ACKNOWLEDGED,
        /** It was rolled back, or told to be. */
        REFUSED,
        /** Nobody could tell. */
        UNKNOWN
    }

    /** A transaction that leaves its number as a mark, in lists, and in rows of its own where it is large. */
    static final class Entry {
        final int number;
        Fate fate = Fate.OPEN;
        final List<Integer> lists = new ArrayList<>();
        int largeRows;
        boolean marked;

        Entry(int number) {
            this.number = number;
        }
    }

    private final List<Entry> entries = new ArrayList<>();
    private final List<Entry> acknowledged = new ArrayList<>();
    /** The longest that anybody saw. */
    private final String[] lists = new String[Bank.LISTS];

    Entry open() {
        Entry entry = new Entry(entries.size() + 1);
        entries.add(entry);
        return entry;
    }

    void end(Entry entry, Fate fate) {
        if (entry.fate != Fate.OPEN) throw new AssertionError("transaction " + entry.number + " is " + entry.fate + " and becomes " + fate);
        entry.fate = fate;
        if (fate == Fate.ACKNOWLEDGED && entry.marked) acknowledged.add(entry);
    }

    /** How many are acknowledged by now: {@link #check} wants to see them. */
    int acknowledged() {
        return acknowledged.size();
    }

    int count(Fate fate) {
        return (int) entries.stream().filter(entry -> entry.fate == fate).count();
    }

    /**
     * Looks at everything that a transaction sees.
     *
     * @param known how many acknowledged ones it must see at least
     * @param own   what it wrote itself
     */
    void check(Transaction transaction, int known, @Nullable Entry own) {
        Bank bank = new Bank(transaction);
        long sum = bank.all("accounts").values().stream().mapToLong(row -> (long) row[1]).sum();
        if (sum != Bank.ACCOUNTS * Bank.BALANCE) throw new AssertionError("accounts have " + sum);
        TreeMap<Long, Object[]> pairs = bank.all("pairs");
        for (long pair = 0; pair < Bank.PAIRS; pair++) {
            long left = (long) pairs.get(2 * pair)[1] + (long) pairs.get(2 * pair + 1)[1];
            if (left < 0) throw new AssertionError("pair " + pair + " has " + left);
        }
        bank.all("slots");
        Set<Integer> seen = new TreeSet<>();
        bank.all("marks").keySet().forEach(id -> seen.add((int) (long) id));
        for (Entry entry : acknowledged.subList(0, known)) {
            if (!seen.contains(entry.number)) throw new AssertionError("acknowledged transaction " + entry.number + " is not seen at position " + transaction.snapshotPosition());
        }
        for (int number : seen) {
            if (entries.get(number - 1).fate == Fate.REFUSED) throw new AssertionError("refused transaction " + number + " is seen");
        }
        checkLists(bank, seen, own);
        checkBulk(bank, seen, own);
    }

    private void checkLists(Bank bank, Set<Integer> seen, @Nullable Entry own) {
        TreeMap<Long, Object[]> rows = bank.all("lists");
        for (int list = 0; list < Bank.LISTS; list++) {
            int number = list;
            String items = text(rows.get((long) list)[1]);
            List<Integer> all = new ArrayList<>();
            Bank.each(items, all::add);
            if (all.stream().distinct().count() != all.size()) throw new AssertionError("list " + list + " has something twice: " + items);
            boolean mine = own != null && own.lists.contains(number);
            for (Entry entry : entries) {
                if (entry == own || !entry.lists.contains(number)) continue;
                if (seen.contains(entry.number) != all.contains(entry.number)) throw new AssertionError("of transaction " + entry.number + " a part is seen: list " + list + " has " + items + ", marks " + seen);
            }
            if (mine) continue;
            String longest = lists[list] == null ? "" : lists[list];
            if (!longest.startsWith(items) && !items.startsWith(longest)) throw new AssertionError("list " + list + " was " + longest + " and is " + items);
            if (items.length() > longest.length()) lists[list] = items;
        }
    }

    private void checkBulk(Bank bank, Set<Integer> seen, @Nullable Entry own) {
        int[] rows = new int[entries.size() + 1];
        for (long id : bank.all("bulk").keySet()) rows[(int) (id / 1000)]++;
        for (Entry entry : entries) {
            if (entry == own) continue;
            int wanted = seen.contains(entry.number) ? entry.largeRows : 0;
            if (rows[entry.number] != wanted) throw new AssertionError("transaction " + entry.number + " has " + rows[entry.number] + " rows of " + wanted);
        }
    }

    static String text(Object datum) {
        return datum instanceof byte[] bytes ? new String(bytes, java.nio.charset.StandardCharsets.UTF_8) : datum.toString();
    }

    /** At the end, when everybody has everything. */
    void checkAll(List<Member> members) {
        Member first = members.getFirst();
        for (Member member : members) {
            member.verifyLog();
            if (!member.log().tip().equals(first.log().tip())) throw new AssertionError("the logs of " + member + " and " + first + " differ");
            if (!member.engine().digests().equals(first.engine().digests())) {
                throw new AssertionError(member + " and " + first + " differ: " + EngineProbe.differences(member.engine(), first.engine()));
            }
        }
        for (Member member : members) {
            try (var session = member.engine().openSession(Bank.DATABASE, 9_000)) {
                Transaction transaction = session.begin(IsolationLevel.READ_COMMITTED, AccessMode.READ_ONLY);
                transaction.beginStatement();
                check(transaction, acknowledged.size(), null);
                for (String table : List.of("accounts", "lists", "marks", "slots", "bulk")) {
                    Bank bank = new Bank(transaction);
                    long count = transaction.rowCount(bank.table(table));
                    if (count != bank.all(table).size()) throw new AssertionError(member + " counts " + count + " rows of " + table);
                }
                transaction.rollback();
            }
        }
    }
}
