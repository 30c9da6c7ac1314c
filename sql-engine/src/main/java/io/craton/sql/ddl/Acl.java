package io.craton.sql.ddl;

import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.RoleDef;
import java.util.ArrayList;
import java.util.List;

/**
 * An access control list: PostgreSQL's text form, {@code {grantee=letters/grantor,..}} with {@code *} for grant options, but that what is stored has {@code #oid} in the
 * place of names: other databases' lists name roles too, and must not follow a role that takes a name over. Immutable.
 */
record Acl(List<Item> items) {
    /** All letters in the order in which aclitem prints them. */
    static final String LETTERS = "arwdDxtXUCTcsA";

    /** @param grantee a role's name, empty for PUBLIC */
    record Item(String grantee, String letters, String options, String grantor) {
        public Item {
            letters = ordered(letters);
            options = ordered(options);
        }

        private static String ordered(String letters) {
            StringBuilder ordered = new StringBuilder(letters.length());
            for (int i = 0; i < LETTERS.length(); i++) if (letters.indexOf(LETTERS.charAt(i)) >= 0) ordered.append(LETTERS.charAt(i));
            return ordered.toString();
        }

        boolean has(char letter) {
            return letters.indexOf(letter) >= 0;
        }
    }

    Acl {
        items = List.copyOf(items);
    }

    static Acl parse(String text, Catalog catalog) {
        List<Item> items = new ArrayList<>();
        for (String element : elements(text)) {
            int[] at = {0};
            String grantee = role(name(element, at), catalog);
            StringBuilder letters = new StringBuilder();
            StringBuilder options = new StringBuilder();
            int i = at[0] + 1;
            for (; element.charAt(i) != '/'; i++) {
                char c = element.charAt(i);
                if (c == '*') options.append(element.charAt(i - 1));
                else letters.append(c);
            }
            at[0] = i + 1;
            items.add(new Item(grantee, letters.toString(), options.toString(), role(name(element, at), catalog)));
        }
        return new Acl(items);
    }

    private static String role(String stored, Catalog catalog) {
        if (!stored.startsWith("#")) return stored;
        RoleDef role = catalog.find(RoleDef.class, Integer.parseUnsignedInt(stored.substring(1)));
        return role == null ? stored : role.name();
    }

    private static String stored(String role, Catalog catalog) {
        if (role.isEmpty()) return role;
        for (RoleDef def : catalog.all(RoleDef.class)) if (def.name().equals(role)) return "#" + Integer.toUnsignedString(def.oid());
        return role;
    }

    /** Elements of the array text, unquoted. */
    private static List<String> elements(String text) {
        List<String> elements = new ArrayList<>();
        StringBuilder element = new StringBuilder();
        boolean quoted = false;
        for (int i = 1; i < text.length() - 1; i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length() - 1) element.append(text.charAt(++i));
            else if (c == '"') quoted = !quoted;
            else if (c == ',' && !quoted) {
                elements.add(element.toString());
                element.setLength(0);
            } else element.append(c);
        }
        if (text.length() > 2) elements.add(element.toString());
        return elements;
    }

    private static String name(String item, int[] at) {
        StringBuilder name = new StringBuilder();
        int i = at[0];
        boolean quoted = false;
        for (; i < item.length(); i++) {
            char c = item.charAt(i);
            if (c == '"') {
                if (quoted && i + 1 < item.length() && item.charAt(i + 1) == '"') {
                    name.append('"');
                    i++;
                } else {
                    quoted = !quoted;
                }
            } else if (!quoted && c == '=') {
                break;
            } else {
                name.append(c);
            }
        }
        at[0] = i;
        return name.toString();
    }

    String text(Catalog catalog) {
        List<String> elements = new ArrayList<>();
        for (Item item : items) {
            StringBuilder text = new StringBuilder(stored(item.grantee(), catalog)).append('=');
            for (int i = 0; i < LETTERS.length(); i++) {
                char letter = LETTERS.charAt(i);
                if (!item.has(letter)) continue;
                text.append(letter);
                if (item.options().indexOf(letter) >= 0) text.append('*');
            }
            text.append('/').append(stored(item.grantor(), catalog));
            elements.add(arrayElement(text.toString()));
        }
        return "{" + String.join(",", elements) + "}";
    }

    private static String arrayElement(String item) {
        boolean plain = item.chars().noneMatch(c -> c == '"' || c == '\\' || c == ',' || c == '{' || c == '}' || Character.isWhitespace(c));
        return plain ? item : "\"" + item.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    Acl grant(String grantee, String letters, boolean options, String grantor) {
        List<Item> changed = new ArrayList<>(items);
        for (int i = 0; i < changed.size(); i++) {
            Item item = changed.get(i);
            if (!item.grantee().equals(grantee) || !item.grantor().equals(grantor)) continue;
            changed.set(i, new Item(grantee, union(item.letters(), letters), options ? union(item.options(), letters) : item.options(), grantor));
            return new Acl(changed);
        }
        if (!letters.isEmpty()) changed.add(new Item(grantee, letters, options ? letters : "", grantor));
        return new Acl(changed);
    }

    /** @param onlyOptions takes away the grant options, not the privileges */
    Acl revoke(String grantee, String letters, boolean onlyOptions, String grantor) {
        List<Item> changed = new ArrayList<>();
        for (Item item : items) {
            if (!item.grantee().equals(grantee) || !item.grantor().equals(grantor)) {
                changed.add(item);
                continue;
            }
            Item less = new Item(grantee, onlyOptions ? item.letters() : minus(item.letters(), letters), minus(item.options(), letters), grantor);
            if (!less.letters().isEmpty()) changed.add(less);
        }
        return new Acl(changed);
    }

    /** Items that the grantee itself granted: they hang on its grant options. */
    List<Item> grantedBy(String grantor, char letter) {
        return items.stream().filter(item -> item.grantor().equals(grantor) && item.has(letter)).toList();
    }

    boolean hasOption(String grantee, char letter) {
        return items.stream().anyMatch(item -> item.grantee().equals(grantee) && item.options().indexOf(letter) >= 0);
    }

    Acl without(String role) {
        return new Acl(items.stream().filter(item -> !item.grantee().equals(role)).toList());
    }

    boolean mentions(String role) {
        return items.stream().anyMatch(item -> item.grantee().equals(role) || item.grantor().equals(role));
    }

    /** Another role in place of one, as grantee and grantor; items that become equal are joined. */
    Acl replaceRole(String before, String after) {
        Acl result = new Acl(List.of());
        for (Item item : items) {
            String grantee = item.grantee().equals(before) ? after : item.grantee();
            String grantor = item.grantor().equals(before) ? after : item.grantor();
            result = result.grant(grantee, item.letters(), false, grantor);
            if (!item.options().isEmpty()) result = result.grant(grantee, item.options(), true, grantor);
        }
        return result;
    }

    private static String union(String left, String right) {
        StringBuilder all = new StringBuilder(left);
        for (int i = 0; i < right.length(); i++) if (left.indexOf(right.charAt(i)) < 0) all.append(right.charAt(i));
        return all.toString();
    }

    private static String minus(String left, String right) {
        StringBuilder rest = new StringBuilder();
        for (int i = 0; i < left.length(); i++) if (right.indexOf(left.charAt(i)) < 0) rest.append(left.charAt(i));
        return rest.toString();
    }
}
