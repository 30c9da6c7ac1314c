package io.craton.server.admin;

import io.craton.server.config.Configuration;
import io.craton.server.config.DataFolder;
import io.craton.server.config.EncryptionConfig;
import io.craton.server.config.StartException;
import io.craton.storage.encryption.EncryptionException;
import io.craton.storage.encryption.KeyRing;
import io.craton.storage.encryption.MasterKey;
import io.craton.storage.engine.DataVerifier;
import io.craton.storage.entry.DamagedEntryException;
import io.craton.storage.entry.NewerEntryException;
import io.craton.storage.io.FileStore;
import io.craton.storage.io.RealFiles;
import io.craton.storage.projection.StoreFailedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code craton-admin verify}: the whole log, and the projections against a replay of it. */
@Command(name = "verify", sortOptions = false,
        description = "Checks a data folder that no server uses: the whole log (every checksum, hash and link), and the projections against a replay of"
                + " the log. Changes nothing. Needs room for a second set of projections under wal/ while it runs.",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:everything holds", "1:damaged, or it could not be read; the message says where", "2:wrong command line"})
public final class VerifyCommand implements Callable<Integer> {
    /** Under wal/: what a verification needs beside; a server that starts removes what a killed one left. */
    public static final String SCRATCH = "verify";

    @Option(names = "--data-dir", paramLabel = "<PATH>", required = true, description = "Data directory")
    private Path dataDir = Path.of("data");

    @Option(names = "--config", paramLabel = "<PATH>",
            description = "Configuration file that names the master key of an encrypted folder (or CRATON_KMS_PROVIDER and CRATON_KMS_KEY_ID)")
    private @Nullable Path file;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Print help")
    private boolean help;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
        try (DataFolder folder = DataFolder.openOffline(dataDir)) {
            boolean encrypted = KeyRing.marks(folder.root());
            MasterKey master = encrypted ? masterKey() : null;
            if (encrypted && master == null) return logAlone(folder);
            if (master != null) KeyRing.open(folder.root(), master);
            var progress = new Progress(spec.commandLine().getErr(), "verify", LogReport.bytes(folder));
            List<FileStore> logs = new ArrayList<>();
            for (int group = 0; group < folder.groups(); group++) logs.add(RealFiles.at(folder.log(group)));
            var verifier = new DataVerifier(logs, folder.root(), folder.wal().resolve(SCRATCH), master);
            DataVerifier.Report report = verifier.run(progress);
            for (int group = 0; group < report.logs().size(); group++) LogReport.print(report.logs().get(group), LogReport.name(group), out);
            if (report.differences().isEmpty()) {
                if (report.logs().size() == 1) out.printf("projections: ok; %d tenants at position %d are equal to a replay of the log%n", report.tenants(), report.position());
                else out.printf("projections: ok; %d tenants are equal to a replay of the logs of %d groups%n", report.tenants(), report.logs().size());
                return 0;
            }
            throw new StartException(StartException.FAILURE, "the projections are not what the log says; they can be rebuilt from it:\n  "
                    + String.join("\n  ", report.differences()));
        } catch (EncryptionException | NewerEntryException | DamagedEntryException e) {
            throw new StartException(StartException.FAILURE, e.getMessage());
        } catch (StoreFailedException e) {
            throw new StartException(StartException.FAILURE, "the projections are damaged; they can be rebuilt from the log: " + e.getMessage());
        } catch (IOException e) {
            throw new StartException(StartException.FAILURE, LogReport.message(e));
        }
    }

    /** Null when none is named. */
    private @Nullable MasterKey masterKey() {
        EncryptionConfig encryption = EncryptionConfig.named(new Configuration.Sources(file, System.getenv(), Map.of()).read());
        return encryption == null ? null : encryption.open();
    }

    /** The chain is over what is stored and needs no key. */
    private int logAlone(DataFolder folder) throws IOException {
        var progress = new Progress(spec.commandLine().getErr(), "verify", LogReport.bytes(folder));
        LogReport.printAll(folder, progress, spec.commandLine().getOut());
        throw new StartException(StartException.FAILURE, "the projections were not checked: data folder " + folder.root()
                + " is encrypted, and no master key is named (--config, or CRATON_KMS_PROVIDER and CRATON_KMS_KEY_ID)");
    }

    /** {@code craton-admin log verify}: the log alone. */
    @Command(name = "verify", sortOptions = false,
            description = "Checks the whole log of a data folder that no server uses: every checksum, hash and link. Changes nothing.",
            exitCodeListHeading = "%nExit status:%n",
            exitCodeList = {"0:the log holds", "1:damaged (segment and offset are named), or it could not be read", "2:wrong command line"})
    public static final class OfLog implements Callable<Integer> {
        @Option(names = "--data-dir", paramLabel = "<PATH>", required = true, description = "Data directory")
        private Path dataDir = Path.of("data");

        @Option(names = {"-h", "--help"}, usageHelp = true, description = "Print help")
        private boolean help;

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            try (DataFolder folder = DataFolder.openOffline(dataDir)) {
                var progress = new Progress(spec.commandLine().getErr(), "log verify", LogReport.bytes(folder));
                LogReport.printAll(folder, progress, spec.commandLine().getOut());
                return 0;
            } catch (IOException e) {
                throw new StartException(StartException.FAILURE, LogReport.message(e));
            }
        }
    }
}
