package dev.strata.access.http;

import dev.strata.access.AccessProperties;
import dev.strata.access.ConditionalOnLogin;
import dev.strata.access.accounts.Account;
import dev.strata.access.accounts.Accounts;
import dev.strata.access.accounts.Passwords;
import dev.strata.access.audit.Audit;
import dev.strata.access.audit.AuditEvent.What;
import dev.strata.access.callers.Caller.Kind;
import dev.strata.access.endpoints.Needs;
import dev.strata.access.rights.Action;
import dev.strata.access.signin.KeptLogins;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.web.Links;
import dev.strata.web.SmallBodies;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/** Accounts, for administrators. No answer has a password or its hash. */
@RestController
@ConditionalOnLogin
@RequestMapping(path = "/api/access/accounts", produces = MediaType.APPLICATION_JSON_VALUE)
class AccountController {

    private static final String PASSWORD = "password";
    private static final String ADMINISTRATOR = "administrator";
    private static final String GROUPS = "groups";

    private final Accounts accounts;
    private final Passwords passwords;
    private final KeptLogins logins;
    private final SmallBodies bodies;
    private final Links links;
    private final Audit audit;

    AccountController(
            Accounts accounts,
            Passwords passwords,
            KeptLogins logins,
            SmallBodies bodies,
            Links links,
            Audit audit) {
        this.accounts = accounts;
        this.passwords = passwords;
        this.logins = logins;
        this.bodies = bodies;
        this.links = links;
        this.audit = audit;
    }

    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record AccountJson(String name, boolean administrator, List<String> groups, Instant createdAt) {

        static AccountJson of(Account account) {
            return new AccountJson(
                    account.name(),
                    account.isAdministrator(),
                    account.groups().stream().sorted().toList(),
                    account.createdAt());
        }
    }

    @Needs(Action.ADMIN)
    @GetMapping
    Map<String, List<AccountJson>> list(
            @RequestParam Optional<String> n, @RequestParam Optional<String> after, HttpServletResponse response) {
        Paging page = Paging.of(n, after);
        List<Account> found = accounts.list(page.after(), page.asked());
        List<Account> shown = page.cut(found, Account::name, "/api/access/accounts", links, response);
        return Map.of("accounts", shown.stream().map(AccountJson::of).toList());
    }

    @Needs(Action.ADMIN)
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    AccountJson create(HttpServletRequest request) throws IOException {
        RequestFields wish = RequestFields.read(request, bodies, Set.of("name", PASSWORD, ADMINISTRATOR, GROUPS));
        Account account = accounts.create(
                wish.requireText("name"),
                hash(wish.requireText(PASSWORD)),
                wish.flag(ADMINISTRATOR).orElse(false),
                new HashSet<>(wish.texts(GROUPS).orElse(List.of())));
        audit.note(What.ACCOUNT_CREATED, request, account.name(), Map.of());
        return AccountJson.of(account);
    }

    @Needs(Action.ADMIN)
    @PatchMapping("/{account}")
    AccountJson change(@PathVariable String account, HttpServletRequest request) throws IOException {
        RequestFields wish = RequestFields.read(request, bodies, Set.of(PASSWORD, ADMINISTRATOR, GROUPS));
        Account changed = accounts.change(
                account,
                wish.text(PASSWORD).map(this::hash),
                wish.flag(ADMINISTRATOR),
                wish.texts(GROUPS).map(HashSet::new));
        audit.note(What.ACCOUNT_CHANGED, request, account, Map.of());
        return AccountJson.of(changed);
    }

    @Needs(Action.ADMIN)
    @DeleteMapping("/{account}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@PathVariable String account, HttpServletRequest request) {
        accounts.delete(account);
        logins.endAll(Kind.ACCOUNT, account);
        audit.note(What.ACCOUNT_DELETED, request, account, Map.of());
    }

    /** Ends what docker, browsers and others keep in the place of the password. */
    @Needs(Action.ADMIN)
    @DeleteMapping("/{account}/tokens")
    Map<String, Integer> revoke(@PathVariable String account, HttpServletRequest request) {
        int count = logins.endAll(Kind.ACCOUNT, account);
        audit.note(What.TOKENS_REVOKED, request, account, Map.of());
        return Map.of("revoked", count);
    }

    private String hash(String password) {
        if (!AccessProperties.isPassword(password)) {
            throw new RegistryException(
                    Problem.ACCOUNT_INVALID, "a password has 8 to 72 bytes", Map.of("field", PASSWORD));
        }
        return passwords.hash(password);
    }
}
