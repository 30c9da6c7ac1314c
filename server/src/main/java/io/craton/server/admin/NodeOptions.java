package io.craton.server.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.craton.server.config.StartException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which running node a command talks to. */
public final class NodeOptions {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Option(names = {"-h", "--host"}, paramLabel = "<HOST>", defaultValue = "${env:PGHOST:-127.0.0.1}", description = "Host of the node (default: PGHOST or 127.0.0.1)")
    private String host = "127.0.0.1";

    @Option(names = {"-p", "--port"}, paramLabel = "<PORT>", defaultValue = "${env:PGPORT:-5432}", description = "Its port for clients (default: PGPORT or 5432)")
    private int port = 5432;

    @Option(names = "--url", paramLabel = "<URL>", defaultValue = "", description = "http://... or https://..., instead of host and port")
    private String url = "";

    @Mixin
    private TlsOptions tls = new TlsOptions();

    @Option(names = "--help", usageHelp = true, description = "Print help")
    private boolean help;

    String place() {
        return url.isEmpty() ? host + ":" + port : url;
    }

    /** What the node says of itself and its cluster. */
    JsonNode status() {
        try {
            return new ObjectMapper().readTree(get("/status"));
        } catch (IOException e) {
            throw failure("no answer from " + place() + ": " + e.getMessage());
        }
    }

    /** A page of the node's. A node with TLS says of most pages that they need it; then they are asked for over it. */
    byte[] get(String path) {
        boolean given = !url.isEmpty();
        if (given && !url.matches("https?://[^/]+/?")) throw new StartException(StartException.USAGE, "invalid --url \"" + url + "\": it is like https://node1:5432");
        String base = given ? url.replaceAll("/$", "") : "http://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).version(HttpClient.Version.HTTP_1_1).sslContext(tls.context()).build()) {
            HttpResponse<byte[]> answer = ask(client, base + path);
            if (answer.statusCode() == 403 && base.startsWith("http://")) answer = ask(client, "https" + base.substring(4) + path);
            if (answer.statusCode() != 200) throw failure(place() + " answered with HTTP status " + answer.statusCode());
            return answer.body();
        } catch (ConnectException e) {
            throw failure("no node answers at " + place());
        } catch (IOException e) {
            throw failure("no answer from " + place() + ": " + e.getMessage() + tls.hint(e));
        } catch (IllegalArgumentException e) {
            throw new StartException(StartException.USAGE, "not a host and port: " + place());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure("interrupted");
        }
    }

    private static HttpResponse<byte[]> ask(HttpClient client, String address) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(URI.create(address)).timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    static StartException failure(String message) {
        return new StartException(StartException.FAILURE, message);
    }
}
