package io.craton.jepsen.history;

/** What a client knows about its operation. */
public enum Outcome {
    /** Acknowledged: must be there. */
    OK(":ok"),
    /** Refused: must not be there. */
    FAIL(":fail"),
    /** No answer came: may be there, wholly. */
    UNKNOWN(":info");

    private final String edn;

    Outcome(String edn) {
        this.edn = edn;
    }

    String edn() {
        return edn;
    }
}
