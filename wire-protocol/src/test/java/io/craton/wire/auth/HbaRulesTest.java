package io.craton.wire.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.craton.wire.auth.AccessRules.Attempt;
import io.craton.wire.auth.AccessRules.Certificate;
import io.craton.wire.auth.AccessRules.Verdict;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

/** Access rules and certificate maps: which rule decides, what it says, and lines that cannot be used. */
class HbaRulesTest {
    private static HbaRules rules(String text) {
        return HbaRules.parse(text, IdentMaps.NONE, (user, role) -> user.equals(role) || user.equals("ann") && role.equals("staff"));
    }

    private static Attempt attempt(String user, String database, String address, boolean tls, String commonName) {
        try {
            return new Attempt(user, database, new InetSocketAddress(InetAddress.getByName(address), 40_000), tls,
                    commonName == null ? null : new Certificate(commonName, "CN=" + commonName + ",O=Example"));
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** The method, or the refusal's message. */
    private static String judged(HbaRules rules, String user, String database, String address) {
        return text(rules.judge(attempt(user, database, address, false, null)));
    }

    private static String text(Verdict verdict) {
        return verdict.refusal() == null ? verdict.method().name() : verdict.refusal().message();
    }

    @Test
    void theFirstRuleThatFitsDecides() {
        HbaRules rules = rules("""
                # comment
                local all all trust
                host  app       ann             10.0.0.0/8        trust   # ann from inside
                host  app,\\
                      other     all             10.1.0.0 255.255.0.0 reject
                host  "all"     bob             all               trust
                host  sameuser  all             192.168.1.7/32    trust
                host  all       +staff          192.168.1.0/24    trust
                host  samerole  all             192.168.2.0/24    trust
                host  all       all             2001:db8::/32     md5
                hostssl all     all             0.0.0.0/0         scram-sha-256
                """);
        assertThat(judged(rules, "ann", "app", "10.9.9.9")).isEqualTo("TRUST");
        assertThat(judged(rules, "eve", "app", "10.9.9.9")).isEqualTo("no pg_hba.conf entry for host \"10.9.9.9\", user \"eve\", database \"app\", no encryption");
        assertThat(judged(rules, "eve", "other", "10.1.255.1")).isEqualTo("pg_hba.conf rejects connection for host \"10.1.255.1\", user \"eve\", database \"other\", no encryption");
        assertThat(judged(rules, "bob", "all", "8.8.8.8")).isEqualTo("TRUST");
        assertThat(judged(rules, "bob", "app", "8.8.8.8")).startsWith("no pg_hba.conf entry");
        assertThat(judged(rules, "bob", "bob", "192.168.1.7")).isEqualTo("TRUST");
        assertThat(judged(rules, "bob", "app", "192.168.1.7")).startsWith("no pg_hba.conf entry");
        assertThat(judged(rules, "ann", "app", "192.168.1.8")).isEqualTo("TRUST");
        assertThat(judged(rules, "ann", "staff", "192.168.2.8")).isEqualTo("TRUST");
        assertThat(judged(rules, "bob", "staff", "192.168.2.8")).startsWith("no pg_hba.conf entry");
        assertThat(judged(rules, "bob", "x", "2001:db8:1::5")).isEqualTo("SCRAM_SHA_256");
        assertThat(judged(rules, "bob", "x", "2001:db9::5")).startsWith("no pg_hba.conf entry");
        assertThat(text(rules.judge(attempt("eve", "x", "8.8.8.8", true, null)))).isEqualTo("SCRAM_SHA_256");
        assertThat(judged(rules("host all all samehost trust"), "a", "b", "127.0.0.1")).isEqualTo("TRUST");
        assertThat(judged(rules("hostnossl all all samenet trust\n"), "a", "b", "127.77.0.1")).isEqualTo("TRUST");
    }

    @Test
    void certificatesNameRoles() {
        IdentMaps maps = IdentMaps.parse("""
                # map   name in the certificate   role
                m       "Ann Example"             ann
                m       /^(.*)@example\\.com$      \\1
                dn      /O=Example                auditor
                """);
        HbaRules rules = HbaRules.parse("""
                hostssl plain all all cert
                hostssl mapped all all cert map=m
                hostssl dn all all cert map=dn clientname=DN
                hostssl ca all all scram-sha-256 clientcert=verify-ca
                hostssl full all all trust clientcert=verify-full
                """, maps, (user, role) -> false);
        assertThat(text(rules.judge(attempt("ann", "plain", "::1", true, "ann")))).isEqualTo("CERT");
        assertThat(text(rules.judge(attempt("bob", "plain", "::1", true, "ann")))).isEqualTo("certificate authentication failed for user \"bob\"");
        assertThat(text(rules.judge(attempt("bob", "plain", "::1", true, null)))).isEqualTo("connection requires a valid client certificate");
        assertThat(text(rules.judge(attempt("bob", "plain", "::1", false, null)))).startsWith("no pg_hba.conf entry");
        assertThat(text(rules.judge(attempt("ann", "mapped", "::1", true, "Ann Example")))).isEqualTo("CERT");
        assertThat(text(rules.judge(attempt("bob", "mapped", "::1", true, "bob@example.com")))).isEqualTo("CERT");
        assertThat(text(rules.judge(attempt("eve", "mapped", "::1", true, "bob@example.com")))).startsWith("certificate authentication failed");
        assertThat(text(rules.judge(attempt("auditor", "dn", "::1", true, "anybody")))).isEqualTo("CERT");
        assertThat(text(rules.judge(attempt("bob", "ca", "::1", true, "anybody")))).isEqualTo("SCRAM_SHA_256");
        assertThat(text(rules.judge(attempt("bob", "ca", "::1", true, null)))).isEqualTo("connection requires a valid client certificate");
        assertThat(text(rules.judge(attempt("bob", "full", "::1", true, "bob")))).isEqualTo("TRUST");
        assertThat(text(rules.judge(attempt("bob", "full", "::1", true, "ann")))).isEqualTo("client certificate authentication failed for user \"bob\"");
    }

    private static void refused(String line, String message) {
        assertThatThrownBy(() -> rules("\n" + line + "\n")).isInstanceOf(IllegalArgumentException.class).hasMessage("line 2: " + message);
    }

    @Test
    void linesThatCannotBeUsedAreNamed() {
        refused("hosts all all all trust", "invalid connection type \"hosts\"");
        refused("hostgssenc all all all trust", "hostgssenc is not supported: there is no GSSAPI");
        refused("host all all", "the line ends before the address");
        refused("host all all all", "the line ends before the authentication method");
        refused("host all all 10.0.0.0/33 trust", "invalid CIDR mask in address \"10.0.0.0/33\"");
        refused("host all all 10.0.0.0 trust", "an address needs a mask: \"10.0.0.0/32\" for one host");
        refused("host all all 10.0.0.0 ffff:: trust", "IP address and mask do not match");
        refused("host all all db.example.com trust", "host names are not supported, only addresses: \"db.example.com\"");
        refused("host all all all magic", "invalid authentication method \"magic\"");
        refused("host all all all ldap", "authentication method \"ldap\" is not supported; there are trust, reject, scram-sha-256 and cert");
        refused("host all all all cert", "cert authentication is only supported on hostssl connections");
        refused("host all all all trust clientcert=verify-ca", "clientcert can only be configured for \"hostssl\" rows");
        refused("hostssl all all all cert map=nowhere", "there is no map \"nowhere\" in the ident file");
        refused("hostssl all all all trust clientcert=1", "invalid value for clientcert: \"1\"; allowed: verify-ca, verify-full");
        refused("host all all all trust loud=1", "unrecognized authentication option name: \"loud\"");
        refused("host all @users all trust", "files of names are not supported: @users");
        refused("host all \"a all trust", "a quotation mark is not closed");
        assertThatThrownBy(() -> rules("# nothing\n")).hasMessage("there is no rule in it: nobody could connect");
        assertThatThrownBy(() -> IdentMaps.parse("m a\nm /( b\n")).hasMessage(
                "line 1: expected three fields: map, name in the certificate, role\nline 2: invalid regular expression \"(\": Unclosed group");
    }

    @Test
    void rulesAreShownAsPostgresDoes() {
        assertThat(rules("host app, \"b c\" +staff 10.0.0.0/9 md5\nhostssl all all ::1/128 scram-sha-256 clientcert=verify-ca\n").shapes().toString()).isEqualTo(
                "[Shape[line=1, type=host, databases=[app, b c], users=[+staff], address=10.0.0.0, mask=255.128.0.0, method=md5, options=[]], "
                        + "Shape[line=2, type=hostssl, databases=[all], users=[all], address=::1, mask=ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, "
                        + "method=scram-sha-256, options=[clientcert=verify-ca]]]");
    }
}
