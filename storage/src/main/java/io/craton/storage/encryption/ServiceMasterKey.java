package io.craton.storage.encryption;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The master key of a {@link KeyService}. Its name is the service's and the key's: "aws-kms:arn:aws:kms:...". Keys that wrapped earlier are asked for by the names that were written down then, so the service must have
 * them still. A service that is away while the node runs is asked again for a while: what needs a data key waits, rather than the node ending.
 */
public final class ServiceMasterKey implements MasterKey {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceMasterKey.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final String provider;
    private final KeyService service;
    private final Duration patience;
    private volatile String newest;

    private ServiceMasterKey(String provider, KeyService service, Duration patience) {
        this.provider = provider;
        this.service = service;
        this.patience = patience;
        newest = service.newest();
    }

    /**
     * Asks the service once, so that what would not work says so at the start.
     *
     * @param patience how long a service that is away is asked again to unwrap
     */
    public static ServiceMasterKey open(String provider, KeyService service, Duration patience) {
        return new ServiceMasterKey(provider, service, patience);
    }

    @Override
    public String name() {
        return provider + ":" + newest;
    }

    @Override
    public byte[] wrap(int tenant, byte[] dataKey) {
        return service.wrap(newest, tenant, dataKey);
    }

    @Override
    public byte[] unwrap(int tenant, String wrappedBy, byte[] wrapped) {
        if (!wrappedBy.startsWith(provider + ":")) {
            throw new EncryptionException("the data keys are wrapped by " + wrappedBy + ", which " + provider + " does not keep; encryption.kms_provider must be the one that the data folder began with");
        }
        String key = wrappedBy.substring(provider.length() + 1);
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            try {
                return service.unwrap(key, tenant, wrapped);
            } catch (KeyServiceAwayException e) {
                if (System.nanoTime() - deadline > 0) throw e;
                LOG.warn("a data key of tenant {} is not to be had for now: {}", tenant, e.getMessage());
                pause(e);
            }
        }
    }

    private static void pause(KeyServiceAwayException cause) {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw cause;
        }
    }

    @Override
    public void reload() {
        newest = service.newest();
    }
}
