package dev.strata.access.signin;

import dev.strata.access.endpoints.Challenge;
import dev.strata.access.guesses.Throttle;
import dev.strata.access.ConditionalOnLogin;
import dev.strata.access.accounts.Passwords;
import dev.strata.access.robots.RobotUses;
import dev.strata.access.robots.Robots;
import dev.strata.access.oidc.Providers;
import dev.strata.access.sessions.SessionCookie;
import dev.strata.access.sessions.Sessions;
import dev.strata.access.tokens.Tokens;
import dev.strata.access.workloads.Workloads;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.web.Links;
import jakarta.servlet.Filter;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.web.DefaultSecurityFilterChain;
import org.springframework.security.web.FilterChainProxy;
import org.springframework.security.web.util.matcher.AnyRequestMatcher;
import org.springframework.web.servlet.HandlerExceptionResolver;

/**
 * Spring Security's filters, where people sign in: a firewall, and who is asking. Nothing is kept of a request: what it may
 * do is decided where it is served.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnLogin
class SignInConfiguration {

    /** Behind what keeps web pages of others out. */
    private static final int ORDER = -100;

    private static final int KEY = 32;

    @Bean
    BearerChallenge bearerChallenge(Links links) {
        return new BearerChallenge(links);
    }

    @Bean
    Authenticator authenticator(
            Passwords passwords,
            Robots robots,
            RobotUses uses,
            Workloads workloads,
            Providers providers,
            Throttle throttle,
            Clock clock,
            ApplicationEventPublisher events) {
        byte[] key = new byte[KEY];
        new SecureRandom().nextBytes(key);
        return new Authenticator(
                passwords, robots, uses, workloads, providers, throttle, new KeyedHash(key), clock, events);
    }

    @Bean
    FilterRegistrationBean<Filter> signIn(
            Authenticator authenticator,
            Sessions sessions,
            SessionCookie cookie,
            Tokens tokens,
            Challenge challenge,
            @Qualifier("handlerExceptionResolver") HandlerExceptionResolver errors) {
        FilterChainProxy proxy = new FilterChainProxy(List.of(new DefaultSecurityFilterChain(
                AnyRequestMatcher.INSTANCE, new SignIn(authenticator, sessions, cookie, tokens, challenge, errors))));
        proxy.setFirewall(new PathFirewall());
        proxy.setRequestRejectedHandler((request, response, rejection) -> errors.resolveException(
                request,
                response,
                null,
                new RegistryException(Problem.PARAMETER_INVALID, "the path is not acceptable", Map.of())));
        FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>(proxy);
        registration.setOrder(ORDER);
        return registration;
    }
}
