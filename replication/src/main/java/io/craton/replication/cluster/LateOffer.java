package io.craton.replication.cluster;

import io.craton.replication.transfer.PieceServer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The {@link CopyOffer} of a node that may not have its projections open yet; until then it gives others nothing. Any thread. */
final class LateOffer implements PieceServer.Source, AutoCloseable {
    private volatile @Nullable CopyOffer offer;

    void open(CopyOffer ready) {
        offer = ready;
    }

    Note offer() {
        CopyOffer given = offer;
        return given == null ? Note.of("refused", "this node is starting") : given.offer();
    }

    @Override
    public byte[] read(long id, String name, long offset, int count) throws IOException {
        CopyOffer given = offer;
        if (given == null) throw new IOException("this node is starting");
        return given.read(id, name, offset, count);
    }

    /** See {@link CopyOffer#tidy}. */
    void tidy() {
        CopyOffer given = offer;
        if (given != null) given.tidy();
    }

    @Override
    public void close() throws IOException {
        CopyOffer given = offer;
        if (given != null) given.close();
    }
}
