package io.craton.core.memory;

/** How much tenants may take, as it is now. Asked at every step of every account, so it must be quick. Any thread. */
public interface MemoryTerms {
    MemoryTerms NONE = new MemoryTerms() {
        @Override
        public long limit(int tenant) {
            return 0;
        }

        @Override
        public String database(int tenant) {
            return "";
        }
    };

    /** Bytes; 0 for no limit. */
    long limit(int tenant);

    /** Its name, for errors. */
    String database(int tenant);
}
