package dev.strata.agent.login;

import dev.strata.agent.login.CredentialHelper.Kept;
import dev.strata.agent.login.Login.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Docker's {@code config.json}, as far as it says who the user is: {@code auths}, {@code credHelpers}, {@code credsStore}. */
final class DockerConfiguration {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String HELPERS = "docker-credential-";
    private static final Pattern HELPER = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*");
    /** The name that stands in the place of a user's where the secret is a refresh token. */
    private static final String NO_NAME = "<token>";
    /** What Docker's own registry is called here and there. */
    private static final String DOCKER_HUB = "docker.io";

    private static final String DOCKER_HUB_KEY = "https://index.docker.io/v1/";

    private final Path file;
    private final Function<String, CredentialHelper> helpers;

    /** @param helpers by the whole name of the program */
    DockerConfiguration(Path file, Function<String, CredentialHelper> helpers) {
        this.file = file;
        this.helpers = helpers;
    }

    Optional<Login> find(String registry) {
        ObjectNode configuration = read();
        Optional<String> name = helperName(configuration, registry);
        if (name.isPresent()) {
            Optional<Login> kept = helper(name.get()).get(key(registry)).map(found -> login(found, HELPERS + name.get()));
            if (kept.isPresent()) {
                return kept;
            }
        }
        return entry(configuration.path("auths"), registry).flatMap(this::login);
    }

    static String key(String registry) {
        return registry.equals(DOCKER_HUB) ? DOCKER_HUB_KEY : registry;
    }

    private static Optional<String> helperName(ObjectNode configuration, String registry) {
        JsonNode own = configuration.path("credHelpers").path(key(registry));
        JsonNode name = own.isMissingNode() ? configuration.path("credsStore") : own; // an empty one stands for the file
        return Optional.of(name.asString("")).filter(said -> !said.isEmpty());
    }

    private CredentialHelper helper(String name) {
        if (!HELPER.matcher(name).matches()) {
            throw new LoginException(file + " names a credential helper that is none");
        }
        return helpers.apply(HELPERS + name);
    }

    private static Login login(Kept kept, String source) {
        return kept.name().equals(NO_NAME)
                ? new Login(Kind.REFRESH_TOKEN, "", kept.secret(), source)
                : new Login(Kind.PASSWORD, kept.name(), kept.secret(), source);
    }

    /** Older programs wrote addresses as keys. */
    private static Optional<JsonNode> entry(JsonNode auths, String registry) {
        JsonNode exact = auths.path(key(registry));
        return exact.isObject()
                ? Optional.of(exact)
                : auths.properties().stream()
                        .filter(entry -> isAt(entry.getKey(), registry))
                        .map(Map.Entry::getValue)
                        .findFirst();
    }

    /** Whether the key of an entry is an address at a registry. */
    static boolean isAt(String key, String registry) {
        return host(key).equals(host(key(registry)));
    }

    private static String host(String key) {
        String address = key.replaceFirst("^https?://", "");
        int slash = address.indexOf('/');
        return slash < 0 ? address : address.substring(0, slash);
    }

    private Optional<Login> login(JsonNode entry) {
        String refresh = entry.path("identitytoken").asString("");
        String bearer = entry.path("registrytoken").asString("");
        if (!refresh.isEmpty()) {
            return Optional.of(new Login(Kind.REFRESH_TOKEN, "", refresh, file.toString()));
        }
        if (!bearer.isEmpty()) {
            return Optional.of(new Login(Kind.BEARER, "", bearer, file.toString()));
        }
        String both = entry.path("username").asString("") + ":" + entry.path("password").asString("");
        String auth = entry.path("auth").asString("");
        if (!auth.isEmpty()) {
            try {
                both = new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                throw new LoginException(file + " has an entry that is not Base64"); // the cause may quote it
            }
        }
        int colon = both.indexOf(':');
        // Some versions of docker ended the password with zeros.
        String password = colon < 0 ? "" : both.substring(colon + 1).replaceAll("\0+$", "");
        return password.isEmpty()
                ? Optional.empty()
                : Optional.of(new Login(Kind.PASSWORD, both.substring(0, colon), password, file.toString()));
    }

    String store(String registry, Login login) {
        ObjectNode configuration = read();
        Optional<String> name = helperName(configuration, registry);
        ObjectNode entry = JSON.createObjectNode();
        if (name.isPresent()) {
            boolean isRefresh = login.kind() == Kind.REFRESH_TOKEN;
            helper(name.get()).store(key(registry), new Kept(isRefresh ? NO_NAME : login.name(), login.secret()));
        } else {
            entry = entry(login);
        }
        if (!(configuration.get("auths") instanceof ObjectNode)) {
            configuration.putObject("auths");
        }
        configuration.withObject("auths").set(key(registry), entry); // empty beside a helper, as docker leaves it
        write(configuration);
        return name.map(helper -> HELPERS + helper).orElseGet(file::toString);
    }

    /** A login as the file has it. */
    static ObjectNode entry(Login login) {
        return switch (login.kind()) {
            case REFRESH_TOKEN -> JSON.createObjectNode()
                    .put("auth", base64(login.name() + ":"))
                    .put("identitytoken", login.secret());
            case BEARER -> JSON.createObjectNode()
                    .put("auth", base64(login.name() + ":"))
                    .put("registrytoken", login.secret());
            case PASSWORD, ID_TOKEN -> JSON.createObjectNode().put("auth", base64(login.name() + ":" + login.secret()));
        };
    }

    String remove(String registry) {
        ObjectNode configuration = read();
        Optional<String> name = helperName(configuration, registry);
        name.ifPresent(helper -> helper(helper).erase(key(registry)));
        if (configuration.get("auths") instanceof ObjectNode auths) {
            List<String> keys = auths.propertyStream()
                    .map(Map.Entry::getKey)
                    .filter(key -> key.equals(key(registry)) || host(key).equals(host(key(registry))))
                    .toList();
            if (!keys.isEmpty()) {
                auths.remove(keys);
                write(configuration);
            }
        }
        return name.map(helper -> HELPERS + helper).orElseGet(file::toString);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private ObjectNode read() {
        return read(file);
    }

    /** What a file of this kind says; nothing where there is none. */
    static ObjectNode read(Path file) {
        try {
            JsonNode json = JSON.readTree(Files.readAllBytes(file));
            if (json instanceof ObjectNode object) {
                return object;
            }
            throw new LoginException(file + " is no JSON object");
        } catch (NoSuchFileException none) {
            return JSON.createObjectNode();
        } catch (IOException e) {
            throw new LoginException(file + " cannot be read", e);
        } catch (JacksonException e) {
            throw new LoginException(file + " is no JSON"); // the cause may quote a secret
        }
    }

    /** All or nothing, and nobody else's to read at any moment. */
    private void write(ObjectNode configuration) {
        try {
            Path real = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
            Files.createDirectories(
                    real.getParent(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Path fresh = Files.createTempFile(
                    real.getParent(),
                    "config",
                    ".json",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try {
                Files.write(fresh, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(configuration));
                Files.move(fresh, real, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(fresh);
            }
        } catch (IOException e) {
            throw new LoginException(file + " cannot be written", e);
        }
    }
}
