package io.craton.replication.rpc;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;

/** An authority that signs certificates for nodes on this machine, as PEM files in a folder; made at run time, in the plain DER that it takes. */
public final class TestAuthority {
    private static final byte[] ECDSA_SHA256 = tagged(0x30, HexFormat.of().parseHex("06082a8648ce3d040302"));

    private final Path folder;
    private final String name;
    private final KeyPair keys;

    public TestAuthority(Path folder, String name) throws IOException, GeneralSecurityException {
        this.folder = Files.createDirectories(folder);
        this.name = name;
        keys = newKeys();
        Instant now = Instant.now();
        byte[] constraints = tagged(0x30, HexFormat.of().parseHex("0603551d130101ff"), tagged(4, tagged(0x30, new byte[] {1, 1, -1})));
        pem(authorities(), "CERTIFICATE", sign(name, keys, now.minusSeconds(3600), now.plusSeconds(86_400), constraints));
    }

    public Path authorities() {
        return folder.resolve(name + ".ca.pem");
    }

    /** Certificate and key in files of this name, for a node at 127.0.0.1. */
    public Path certificate(String node, Instant from, Instant to) throws IOException, GeneralSecurityException {
        return certificate(node, from, to, "127.0.0.1");
    }

    public Path certificate(String node, Instant from, Instant to, String address) throws IOException, GeneralSecurityException {
        KeyPair own = newKeys();
        byte[] names = tagged(0x30, HexFormat.of().parseHex("0603551d11"), tagged(4, tagged(0x30, tagged(0x87, InetAddress.getByName(address).getAddress()))));
        pem(key(node), "PRIVATE KEY", own.getPrivate().getEncoded());
        return pem(folder.resolve(node + ".crt"), "CERTIFICATE", sign(node, own, from, to, names));
    }

    public Path key(String node) {
        return folder.resolve(node + ".key");
    }

    /** A good one, loaded. */
    public PeerTls node(String node) throws IOException, GeneralSecurityException {
        Instant now = Instant.now();
        return PeerTls.load(certificate(node, now.minusSeconds(60), now.plusSeconds(3600)), key(node), authorities());
    }

    private static KeyPair newKeys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        return generator.generateKeyPair();
    }

    private byte[] sign(String subject, KeyPair own, Instant from, Instant to, byte[] extension) throws GeneralSecurityException {
        byte[] body = tagged(0x30, tagged(0xa0, new byte[] {2, 1, 2}), tagged(2, BigInteger.valueOf(System.nanoTime()).toByteArray()), ECDSA_SHA256, named(name),
                tagged(0x30, time(from), time(to)), named(subject), own.getPublic().getEncoded(), tagged(0xa3, tagged(0x30, extension)));
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(keys.getPrivate());
        signature.update(body);
        return tagged(0x30, body, ECDSA_SHA256, tagged(3, new byte[] {0}, signature.sign()));
    }

    private static byte[] named(String commonName) {
        return tagged(0x30, tagged(0x31, tagged(0x30, HexFormat.of().parseHex("0603550403"), tagged(0x0c, commonName.getBytes(StandardCharsets.UTF_8)))));
    }

    private static byte[] time(Instant instant) {
        return tagged(0x18, DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC).format(instant).getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] tagged(int tag, byte[]... parts) {
        var content = new ByteArrayOutputStream();
        for (byte[] part : parts) content.writeBytes(part);
        var out = new ByteArrayOutputStream();
        out.write(tag);
        int length = content.size();
        if (length < 128) {
            out.write(length);
        } else {
            out.write(length < 256 ? 0x81 : 0x82);
            if (length >= 256) out.write(length >> 8);
            out.write(length);
        }
        out.writeBytes(content.toByteArray());
        return out.toByteArray();
    }

    private static Path pem(Path file, String kind, byte[] der) throws IOException {
        return Files.writeString(file, "-----BEGIN " + kind + "-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + kind + "-----\n");
    }
}
