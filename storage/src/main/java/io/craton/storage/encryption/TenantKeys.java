package io.craton.storage.encryption;

import java.security.SecureRandom;

/** The data keys of one tenant. Any thread. */
public interface TenantKeys {
    /** The newest, for what is written now. */
    DataKey current();

    /** Its identity, without asking anybody for the key itself. */
    long currentId();

    DataKey key(long id);

    /** One key, for what does not outlive the process. */
    static TenantKeys passing() {
        byte[] material = new byte[DataKey.BYTES];
        new SecureRandom().nextBytes(material);
        DataKey only = new DataKey(0, material);
        return new TenantKeys() {
            @Override
            public DataKey current() {
                return only;
            }

            @Override
            public long currentId() {
                return only.id();
            }

            @Override
            public DataKey key(long id) {
                return only;
            }
        };
    }
}
