package dev.strata.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Small Dockerfiles that cover the language: in each file of {@code src/interop/resources/dockerfiles} one follows another
 * behind a line {@code ==== its name}. Between {@code ⟦⟧} stand bytes in hex, {@code ⟦61*3⟧} three of them, and
 * {@code ⟦eof⟧} takes away the line end behind it.
 */
public final class DockerfileCorpus {

    private static final Path DIRECTORY = Path.of("src/interop/resources/dockerfiles");
    private static final Pattern BYTES = Pattern.compile("⟦([0-9a-f]+)(?:\\*(\\d+))?⟧|⟦eof⟧\n");
    /** What tells parts of a Dockerfile from one another, so that putting it elsewhere changes much. */
    private static final String[] PIECES = {
        " ", "\t", "\n", "\r\n", "\\", "\\\n", "`", "\"", "'", "$", "${", "}", "{", "[", "]", "\"]", ",", "=", "--", "-", "#",
        "<<", "<<-", "<<E", "E\n", "$A", "${A:-", "${A#", "${C//", "/", "*", "?", ":", "\u00a0", "é", "😀", "ONBUILD ", "RUN ",
        "COPY ", "ENV ", "FROM x\n", "\0", "\u000b", "\u2003", "&&", "|", ";", "0"
    };

    private DockerfileCorpus() {}

    public record Case(String name, byte[] file) {

        @Override
        public String toString() {
            return name;
        }
    }

    public static List<Case> all() {
        return all(DIRECTORY);
    }

    /** Those of another directory. */
    public static List<Case> all(Path directory) {
        List<Case> cases = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.sorted().toList()) {
                String topic = file.getFileName().toString().replace(".txt", "");
                for (String part : Files.readString(file).split("(?m)^==== ")) {
                    if (!part.isEmpty()) {
                        String[] nameAndText = part.split("\n", 2);
                        cases.add(new Case(topic + ": " + nameAndText[0], bytes(nameAndText[1])));
                    }
                }
            }
        } catch (IOException e) {
            throw new AssertionError("the corpus cannot be read", e);
        }
        return cases;
    }

    private static byte[] bytes(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Matcher matcher = BYTES.matcher(text);
        int end = 0;
        while (matcher.find()) {
            bytes.writeBytes(text.substring(end, matcher.start()).getBytes(StandardCharsets.UTF_8));
            end = matcher.end();
            if (matcher.group(1) == null) {
                byte[] before = bytes.toByteArray();
                bytes.reset();
                bytes.write(before, 0, before.length > 0 ? before.length - (before[before.length - 1] == '\n' ? 1 : 0) : 0);
            } else {
                byte[] given = HexFormat.of().parseHex(matcher.group(1));
                int times = matcher.group(2) == null ? 1 : Integer.parseInt(matcher.group(2));
                for (int i = 0; i < times; i++) {
                    bytes.writeBytes(given);
                }
            }
        }
        bytes.writeBytes(text.substring(end).getBytes(StandardCharsets.UTF_8));
        return bytes.toByteArray();
    }

    /** The first line, and some of the others: what one instruction is refused for must not hide what another one does. */
    private static byte[] someLines(byte[] file, Random random) {
        String[] lines = new String(file, StandardCharsets.ISO_8859_1).split("(?<=\n)");
        int from = 1 + random.nextInt(lines.length);
        StringBuilder some = new StringBuilder(lines[0]);
        for (int i = from; i < Math.min(lines.length, from + 1 + random.nextInt(5)); i++) {
            some.append(lines[i]);
        }
        return some.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** A file of these with pieces put in, taken out and moved. */
    public static byte[] changed(List<byte[]> files, Random random) {
        byte[] file = files.get(random.nextInt(files.size()));
        while (file.length > 4096) {
            file = files.get(random.nextInt(files.size()));
        }
        if (random.nextInt(4) > 0) {
            file = someLines(file, random);
        }
        for (int left = 1 + random.nextInt(2); left > 0; left--) {
            int at = random.nextInt(file.length + 1);
            int gone = random.nextInt(3) == 0 ? Math.min(file.length - at, random.nextInt(4)) : 0;
            byte[] put =
                    switch (random.nextInt(8)) {
                        case 0 -> new byte[0];
                        case 1 -> new byte[] {(byte) random.nextInt(256)};
                        case 2 -> {
                            byte[] other = files.get(random.nextInt(files.size()));
                            int from = random.nextInt(other.length + 1);
                            yield java.util.Arrays.copyOfRange(
                                    other, from, Math.min(other.length, from + random.nextInt(40)));
                        }
                        default -> PIECES[random.nextInt(PIECES.length)].getBytes(StandardCharsets.UTF_8);
                    };
            ByteArrayOutputStream changed = new ByteArrayOutputStream();
            changed.write(file, 0, at);
            changed.writeBytes(put);
            changed.write(file, at + gone, file.length - at - gone);
            file = changed.toByteArray();
        }
        return file;
    }
}
