package dev.strata.access.http;

import dev.strata.access.rights.Action;
import dev.strata.access.audit.Audit;
import dev.strata.access.audit.AuditEvent.What;
import dev.strata.access.callers.Caller.Kind;
import dev.strata.access.ConditionalOnLogin;
import dev.strata.access.endpoints.Needs;
import dev.strata.access.people.People;
import dev.strata.access.people.Person;
import dev.strata.access.signin.KeptLogins;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.web.Links;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/** People whom issuers name, for administrators: who logged in, and an end to what is theirs. */
@RestController
@ConditionalOnLogin
@RequestMapping(path = "/api/access/people", produces = MediaType.APPLICATION_JSON_VALUE)
class PeopleController {

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    private final People people;
    private final KeptLogins logins;
    private final Links links;
    private final Audit audit;

    PeopleController(People people, KeptLogins logins, Links links, Audit audit) {
        this.people = people;
        this.logins = logins;
        this.links = links;
        this.audit = audit;
    }

    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record PersonJson(
            long id,
            String name,
            String title,
            List<String> groups,
            Instant createdAt,
            Instant seenAt,
            Instant expiresAt) {

        static PersonJson of(Person person) {
            return new PersonJson(
                    person.id(),
                    person.name(),
                    person.title(),
                    person.groups().stream().sorted().toList(),
                    person.createdAt(),
                    person.seenAt(),
                    person.expiresAt());
        }
    }

    @Needs(Action.ADMIN)
    @GetMapping
    Map<String, List<PersonJson>> list(
            @RequestParam Optional<String> n, @RequestParam Optional<String> after, HttpServletResponse response) {
        Paging page = Paging.of(n, after);
        List<Person> found = people.list(page.after(), page.asked());
        List<Person> shown = page.cut(found, Person::name, "/api/access/people", links, response);
        return Map.of("people", shown.stream().map(PersonJson::of).toList());
    }

    /** Ends what is theirs. Whether they may log in again is for their issuer to say. */
    @Needs(Action.ADMIN)
    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void forget(@PathVariable String id, HttpServletRequest request) {
        String name = Optional.of(id)
                .filter(number -> NUMBER.matcher(number).matches())
                .flatMap(number -> people.forget(Long.parseLong(number)))
                .orElseThrow(() -> new RegistryException(
                        Problem.ACCOUNT_UNKNOWN, "nobody of this number logged in", Map.of("id", id)));
        logins.endAll(Kind.PERSON, name);
        audit.note(What.PERSON_FORGOTTEN, request, name, Map.of());
    }
}
