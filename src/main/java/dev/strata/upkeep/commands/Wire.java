package dev.strata.upkeep.commands;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What goes over the socket between a command's caller and the process that carries it out. */
final class Wire {

    /** More than a command line has. */
    private static final int MOST_ARGUMENTS = 1_000;
    /** Of 3 bytes each at the most, they fit into what is written at once. */
    private static final int MOST_CHARACTERS = 20_000;

    private static final char TEXT = 't';
    private static final char EXIT = 'x';

    private Wire() {}

    /**
     * @param from the directory in which it was given
     * @param arguments the command's name and what follows it
     */
    record Given(Path from, List<String> arguments) {}

    static void write(Given command, DataOutputStream out) throws IOException {
        out.writeUTF(command.from().toString());
        out.writeInt(command.arguments().size());
        for (String argument : command.arguments()) {
            out.writeUTF(argument);
        }
        out.flush();
    }

    static Given readGiven(DataInputStream in) throws IOException {
        Path from = Path.of(in.readUTF());
        int count = in.readInt();
        if (count < 0 || count > MOST_ARGUMENTS || !from.isAbsolute()) {
            throw new IOException("This is no command");
        }
        List<String> arguments = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            arguments.add(in.readUTF());
        }
        return new Given(from, arguments);
    }

    /** What is written to it arrives at the caller. */
    static Writer texts(DataOutputStream out) {
        return new Writer() {
            @Override
            public void write(char[] characters, int offset, int length) throws IOException {
                for (int start = offset; start < offset + length; start += MOST_CHARACTERS) {
                    int count = Math.min(MOST_CHARACTERS, offset + length - start);
                    out.writeByte(TEXT);
                    out.writeUTF(new String(characters, start, count));
                }
            }

            @Override
            public void flush() throws IOException {
                out.flush();
            }

            @Override
            public void close() throws IOException {
                out.flush();
            }
        };
    }

    static void writeExit(int code, DataOutputStream out) throws IOException {
        out.writeByte(EXIT);
        out.writeInt(code);
        out.flush();
    }

    /** Reads what a command tells until its end, and returns its exit code. */
    static int readAll(DataInputStream in, Appendable texts) throws IOException {
        for (int kind = in.readByte(); kind != EXIT; kind = in.readByte()) {
            texts.append(in.readUTF());
        }
        return in.readInt();
    }
}
