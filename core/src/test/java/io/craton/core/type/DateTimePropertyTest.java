package io.craton.core.type;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The calendar against java.time, and round trips through text in all styles and several zones. */
class DateTimePropertyTest {
    private static final int ROUNDS = 20_000;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    private long timestamp() {
        long span = random.nextBoolean() ? 4_000_000_000_000_000L : 200_000_000_000_000_000L;
        return (random.nextLong() >>> 1) % span - span / 2;
    }

    @Test
    void calendarEqualsJavaTime() {
        for (int i = 0; i < ROUNDS; i++) {
            long days = random.nextInt(200_000_000) - 2_000_000L;
            LocalDate date = LocalDate.ofEpochDay(days + CivilTime.EPOCH_DAYS);
            CivilTime civil = CivilTime.ofDays(days, 0);
            assertThat(new int[] {civil.year(), civil.month(), civil.day()}).as("seed " + seed + ": " + days)
                    .containsExactly(date.getYear(), date.getMonthValue(), date.getDayOfMonth());
            assertThat(civil.toDays()).as("seed " + seed).isEqualTo(days);
            assertThat(CivilTime.dayOfWeek(days)).as("seed " + seed).isEqualTo(date.getDayOfWeek().getValue() % 7);
        }
    }

    @Test
    void timestampsReadBackInEveryStyle() {
        String[] styles = {"ISO", "SQL", "POSTGRES", "GERMAN"};
        String[] orders = {"MDY", "DMY"};
        for (int i = 0; i < ROUNDS; i++) {
            String style = styles[random.nextInt(4)];
            String order = style.equals("GERMAN") ? "DMY" : orders[random.nextInt(2)];
            FormatContext format = new FormatContext(style, order, "postgres", Zone.UTC, true, 1,
                    PgTypes::find, FormatContext.RegNames.NONE, 0);
            long micros = timestamp();
            for (PgType type : new PgType[] {PgTypes.TIMESTAMP, PgTypes.TIMESTAMPTZ}) {
                String text = TypeCodecs.toText(type, micros, format);
                assertThat(TypeCodecs.fromText(type, text, -1, format)).as("seed " + seed + ": " + text).isEqualTo(micros);
            }
        }
    }

    @Test
    void instantsReadBackInZonesWithDaylightSaving() {
        for (String zone : new String[] {"America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu"}) {
            FormatContext format = new FormatContext("ISO", "MDY", "postgres", TimeZones.find(zone), true, 1, PgTypes::find,
                    FormatContext.RegNames.NONE, 0);
            for (int i = 0; i < ROUNDS / 4; i++) {
                long micros = timestamp();
                String text = TypeCodecs.toText(PgTypes.TIMESTAMPTZ, micros, format);
                assertThat(TypeCodecs.fromText(PgTypes.TIMESTAMPTZ, text, -1, format)).as("seed " + seed + ": " + text).isEqualTo(micros);
            }
        }
    }

    @Test
    void intervalsReadBackInEveryStyle() {
        for (int i = 0; i < ROUNDS; i++) {
            Interval value = new Interval(random.nextInt(5000) - 2500, random.nextInt(5000) - 2500, random.nextLong() >> 14);
            for (String style : new String[] {"postgres", "postgres_verbose", "iso_8601", "sql_standard"}) {
                String text = IntervalFormat.format(value, style);
                assertThat(IntervalReader.read(text, -1, style)).as("seed " + seed + ": " + style + ": " + text).isEqualTo(value);
            }
        }
    }

    /** A blank in front makes the quick road leave the text to the general one, and means nothing to that. */
    @Test
    void theQuickRoadReadsWhatTheGeneralOneReads() {
        String alphabet = "0123456789-: .+T";
        for (int i = 0; i < ROUNDS; i++) {
            FormatContext format = new FormatContext("ISO", "MDY", "postgres", TimeZones.find(random.nextBoolean() ? "Europe/Berlin" : "UTC"), true, 1,
                    PgTypes::find, FormatContext.RegNames.NONE, 0);
            String text = String.format("%04d-%02d-%02d", random.nextInt(3000), random.nextInt(14), random.nextInt(33));
            if (random.nextInt(4) > 0) text += String.format("%c%02d:%02d:%02d", random.nextInt(8) == 0 ? 'T' : ' ', random.nextInt(26), random.nextInt(62), random.nextInt(62));
            if (random.nextInt(3) == 0) text += "." + random.nextInt(10_000_000);
            if (random.nextInt(3) == 0) text += String.format("%c%02d", random.nextBoolean() ? '+' : '-', random.nextInt(17));
            if (random.nextInt(6) == 0) text += String.format(":%02d", random.nextInt(62));
            if (random.nextInt(4) == 0) {
                StringBuilder mutated = new StringBuilder(text);
                mutated.setCharAt(random.nextInt(text.length()), alphabet.charAt(random.nextInt(alphabet.length())));
                text = mutated.toString();
            }
            for (PgType type : new PgType[] {PgTypes.TIMESTAMP, PgTypes.TIMESTAMPTZ, PgTypes.DATE}) {
                assertThat(read(type, text, format)).as("seed " + seed + ": " + type.name() + " '" + text + "'").isEqualTo(read(type, " " + text, format));
            }
        }
    }

    private static String read(PgType type, String text, FormatContext format) {
        try {
            return TypeCodecs.fromText(type, text, -1, format).toString();
        } catch (io.craton.core.error.PgException e) {
            return e.state().toString();
        }
    }
}
