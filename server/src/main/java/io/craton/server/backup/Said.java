package io.craton.server.backup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.craton.server.config.StartException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Map;

/** How backup and restore say what they did, to people or machines, and what went wrong. */
final class Said {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Said() {}

    /** One line: the sentence, or the event with its fields. */
    static void say(PrintWriter out, boolean json, String sentence, Map<String, ?> event) {
        try {
            out.println(json ? JSON.writeValueAsString(event) : sentence);
            out.flush();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static StartException failure(String message) {
        return new StartException(StartException.FAILURE, message);
    }

    static StartException usage(String message) {
        return new StartException(StartException.USAGE, message);
    }

    /** In one line; of a disk that is full the operating system does not say which. */
    static StartException failure(Object where, IOException e) {
        String message = e.getMessage();
        return message != null && message.startsWith("No space left") ? failure(where + ": " + message) : failure(e);
    }

    /** In one line. */
    static StartException failure(IOException e) {
        String message = switch (e) {
            case NoSuchFileException missing -> missing.getFile() + " does not exist";
            case NotDirectoryException file -> file.getFile() + " is no folder";
            case AccessDeniedException denied -> denied.getFile() + ": permission denied";
            case FileAlreadyExistsException present -> present.getFile() + " exists";
            case FileSystemException other -> other.getFile() + ": " + other.getReason();
            default -> e.getMessage() == null ? e.toString() : e.getMessage();
        };
        return failure(message);
    }
}
