package dev.strata.dockerfile;

import dev.strata.dockerfile.Instruction.Assignment;
import dev.strata.dockerfile.lines.Flags;
import dev.strata.dockerfile.lines.HereDocument;
import dev.strata.dockerfile.lines.Source;
import dev.strata.dockerfile.text.Space;
import dev.strata.dockerfile.text.SyntaxProblem;
import dev.strata.dockerfile.text.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What stands behind an instruction's name. */
record Arguments(
        String name, Source source, List<String> flagWords, String text, List<HereDocument> documents, char escape) {

    Flags flags(Set<String> known) {
        return Flags.of(flagWords, known);
    }

    Arguments withoutFlags() {
        flags(Set.of());
        return this;
    }

    /** The text, which may not be empty. */
    String some() {
        if (text.isEmpty()) {
            throw new SyntaxProblem(name + " needs an argument");
        }
        return text;
    }

    /** The whole text as one argument. */
    String one() {
        return some();
    }

    List<String> parted() {
        return Text.parted(some());
    }

    List<String> stringsOrParted() {
        return Text.strings(text).orElseGet(() -> Text.parted(text));
    }

    CommandLine command() {
        return Text.strings(text)
                .map(words -> new CommandLine(words, false, List.of()))
                .orElseGet(() -> new CommandLine(text.isEmpty() ? List.of() : List.of(text), true, documents));
    }

    /** The pairs of ENV and LABEL: {@code a=b c=d}, or in the old form {@code a the whole rest}. */
    List<Assignment> assignments() {
        List<String> words = Text.words(some(), escape);
        if (words.isEmpty()) {
            throw new SyntaxProblem(name + " needs a name and a value");
        }
        if (words.getFirst().indexOf('=') < 0) {
            String[] pair = Space.BETWEEN_ARGUMENTS.split(text, 2);
            if (pair.length < 2) {
                throw new SyntaxProblem(name + " needs a name and a value");
            }
            return List.of(new Assignment(pair[0], pair[1]));
        }
        return words.stream().map(this::assignment).toList();
    }

    private Assignment assignment(String word) {
        int equals = word.indexOf('=');
        if (equals <= 0) {
            throw new SyntaxProblem("'" + word + "' of " + name + " must be written as name=value");
        }
        return new Assignment(word.substring(0, equals), word.substring(equals + 1));
    }

    /** What COPY and ADD take paths from. */
    List<String> sources() {
        return transferWords().stream()
                .limit(transferWords().size() - 1)
                .filter(word -> HereDocument.in(word).isEmpty())
                .toList();
    }

    /** The files of COPY and ADD that stand in the Dockerfile, in the order of their words. */
    List<HereDocument> fileDocuments() {
        List<HereDocument> files = new ArrayList<>();
        for (String word : transferWords()) {
            Optional<HereDocument> announced = HereDocument.in(word);
            // Of several that end in the same way the last one is taken for each.
            announced.ifPresent(here -> files.add(documents.reversed().stream()
                    .filter(document -> document.name().equals(here.name()))
                    .findFirst()
                    .map(document -> here.withText(document.text()))
                    .orElse(here)));
        }
        return files;
    }

    String destination() {
        String destination = transferWords().getLast();
        if (HereDocument.in(destination).isPresent()) {
            throw new SyntaxProblem(name + " needs a path as its destination, not a here-document");
        }
        return destination;
    }

    private List<String> transferWords() {
        List<String> words = stringsOrParted();
        if (words.size() < 2) {
            throw new SyntaxProblem(name + " needs a source and a destination");
        }
        return words;
    }

    static List<String> join(String first, List<String> rest) {
        List<String> all = new ArrayList<>(List.of(first));
        all.addAll(rest);
        return List.copyOf(all);
    }
}
