package io.craton.bench.tpch;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/** Draws the substitution parameters of a query from the ranges that the specification gives (2.4.n.3). Pure in its seed. */
final class Parameters {
    private static final List<String> SYLLABLE1 = List.of("STANDARD", "SMALL", "MEDIUM", "LARGE", "ECONOMY", "PROMO");
    private static final List<String> SYLLABLE2 = List.of("ANODIZED", "BURNISHED", "PLATED", "POLISHED", "BRUSHED");
    private static final List<String> SYLLABLE3 = List.of("TIN", "NICKEL", "BRASS", "STEEL", "COPPER");
    private static final List<String> CONTAINER1 = List.of("SM", "LG", "MED", "JUMBO", "WRAP");
    private static final List<String> CONTAINER2 = List.of("CASE", "BOX", "BAG", "JAR", "PKG", "PACK", "CAN", "DRUM");
    private static final List<String> SEGMENTS = List.of("AUTOMOBILE", "BUILDING", "FURNITURE", "MACHINERY", "HOUSEHOLD");
    private static final List<String> MODES = List.of("REG AIR", "AIR", "RAIL", "SHIP", "TRUCK", "MAIL", "FOB");
    private static final List<String> WORD1 = List.of("special", "pending", "unusual", "express");
    private static final List<String> WORD2 = List.of("packages", "requests", "accounts", "deposits");
    private static final List<String> REGIONS = List.of("AFRICA", "AMERICA", "ASIA", "EUROPE", "MIDDLE EAST");
    /** Nation and the index of its region, in order of the nation's key. */
    private static final List<Map.Entry<String, Integer>> NATIONS = List.of(
            Map.entry("ALGERIA", 0), Map.entry("ARGENTINA", 1), Map.entry("BRAZIL", 1), Map.entry("CANADA", 1), Map.entry("EGYPT", 4),
            Map.entry("ETHIOPIA", 0), Map.entry("FRANCE", 3), Map.entry("GERMANY", 3), Map.entry("INDIA", 2), Map.entry("INDONESIA", 2),
            Map.entry("IRAN", 4), Map.entry("IRAQ", 4), Map.entry("JAPAN", 2), Map.entry("JORDAN", 4), Map.entry("KENYA", 0),
            Map.entry("MOROCCO", 0), Map.entry("MOZAMBIQUE", 0), Map.entry("PERU", 1), Map.entry("CHINA", 2), Map.entry("ROMANIA", 3),
            Map.entry("SAUDI ARABIA", 4), Map.entry("VIETNAM", 2), Map.entry("RUSSIA", 3), Map.entry("UNITED KINGDOM", 3),
            Map.entry("UNITED STATES", 1));
    private static final List<String> COLORS = List.of("almond", "antique", "aquamarine", "azure", "beige", "bisque", "black", "blanched",
            "blue", "blush", "brown", "burlywood", "burnished", "chartreuse", "chiffon", "chocolate", "coral", "cornflower", "cornsilk",
            "cream", "cyan", "dark", "deep", "dim", "dodger", "drab", "firebrick", "floral", "forest", "frosted", "gainsboro", "ghost",
            "goldenrod", "green", "grey", "honeydew", "hot", "indian", "ivory", "khaki", "lace", "lavender", "lawn", "lemon", "light",
            "lime", "linen", "magenta", "maroon", "medium", "metallic", "midnight", "mint", "misty", "moccasin", "navajo", "navy", "olive",
            "orange", "orchid", "pale", "papaya", "peach", "peru", "pink", "plum", "powder", "puff", "purple", "red", "rose", "rosy",
            "royal", "saddle", "salmon", "sandy", "seashell", "sienna", "sky", "slate", "smoke", "snow", "spring", "steel", "tan",
            "thistle", "tomato", "turquoise", "violet", "wheat", "white", "yellow");

    private final Random random;

    private Parameters(long seed) {
        this.random = new Random(seed);
    }

    /** The parameters of query {@code number} for a seed; {@code scale} only matters to query 11. */
    static Map<String, String> draw(int number, long seed, double scale) {
        return new Parameters(seed * 100 + number).of(number, scale);
    }

    private Map<String, String> of(int number, double scale) {
        return switch (number) {
            case 1 -> Map.of("delta", between(60, 120));
            case 2 -> Map.of("size", between(1, 50), "type", one(SYLLABLE3), "region", one(REGIONS));
            case 3 -> Map.of("segment", one(SEGMENTS), "date", LocalDate.of(1995, 3, 1).plusDays(random.nextInt(31)).toString());
            case 4, 15 -> Map.of("date", month(LocalDate.of(1993, 1, 1), 58));
            case 5 -> Map.of("region", one(REGIONS), "date", year());
            case 6 -> Map.of("date", year(), "discount", "0.0" + between(2, 9), "quantity", between(24, 25));
            case 7 -> twoNations();
            case 8 -> nationWithRegion();
            case 9 -> Map.of("color", one(COLORS));
            case 10 -> Map.of("date", month(LocalDate.of(1993, 2, 1), 24));
            case 11 -> Map.of("nation", nation(), "fraction", BigDecimal.valueOf(0.0001 / scale).toPlainString());
            case 12 -> twoModes();
            case 13 -> Map.of("word1", one(WORD1), "word2", one(WORD2));
            case 14 -> Map.of("date", month(LocalDate.of(1993, 1, 1), 60));
            case 16 -> brandTypeSizes();
            case 17 -> Map.of("brand", brand(), "container", one(CONTAINER1) + " " + one(CONTAINER2));
            case 18 -> Map.of("quantity", between(312, 315));
            case 19 -> Map.of("quantity1", between(1, 10), "quantity2", between(10, 20), "quantity3", between(20, 30),
                    "brand1", brand(), "brand2", brand(), "brand3", brand());
            case 20 -> Map.of("color", one(COLORS), "date", year(), "nation", nation());
            case 21 -> Map.of("nation", nation());
            case 22 -> distinct("code", 7, 10, 34);
            default -> throw new IllegalArgumentException("no query " + number);
        };
    }

    private Map<String, String> twoNations() {
        List<Map.Entry<String, Integer>> shuffled = new ArrayList<>(NATIONS);
        Collections.shuffle(shuffled, random);
        return Map.of("nation1", shuffled.get(0).getKey(), "nation2", shuffled.get(1).getKey());
    }

    private Map<String, String> nationWithRegion() {
        Map.Entry<String, Integer> nation = NATIONS.get(random.nextInt(NATIONS.size()));
        return Map.of("nation", nation.getKey(), "region", REGIONS.get(nation.getValue()),
                "type", one(SYLLABLE1) + " " + one(SYLLABLE2) + " " + one(SYLLABLE3));
    }

    private Map<String, String> twoModes() {
        List<String> modes = new ArrayList<>(MODES);
        Collections.shuffle(modes, random);
        return Map.of("shipmode1", modes.get(0), "shipmode2", modes.get(1), "date", year());
    }

    private Map<String, String> brandTypeSizes() {
        Map<String, String> all = new HashMap<>(distinct("size", 8, 1, 50));
        all.put("brand", brand());
        all.put("type", one(SYLLABLE1) + " " + one(SYLLABLE2));
        return all;
    }

    private Map<String, String> distinct(String name, int count, int low, int high) {
        List<Integer> values = new ArrayList<>();
        for (int value = low; value <= high; value++) values.add(value);
        Collections.shuffle(values, random);
        Map<String, String> all = new HashMap<>();
        for (int i = 0; i < count; i++) all.put(name + (i + 1), values.get(i).toString());
        return all;
    }

    private String brand() {
        return String.format(Locale.ROOT, "Brand#%d%d", 1 + random.nextInt(5), 1 + random.nextInt(5));
    }

    private String nation() {
        return NATIONS.get(random.nextInt(NATIONS.size())).getKey();
    }

    private String year() {
        return (1993 + random.nextInt(5)) + "-01-01";
    }

    private String month(LocalDate first, int months) {
        return first.plusMonths(random.nextInt(months)).toString();
    }

    private String between(int low, int high) {
        return Integer.toString(low + random.nextInt(high - low + 1));
    }

    private String one(List<String> values) {
        return values.get(random.nextInt(values.size()));
    }
}
