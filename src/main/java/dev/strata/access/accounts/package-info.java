/**
 * Who can sign in: accounts, robots, and the file of passwords; and what they sign in with.
 *
 * <p>Public are {@link dev.strata.access.accounts.Accounts} and {@link dev.strata.access.accounts.Robots}, by which people
 * administer them. What they write is durable when they return.
 */
@NullMarked
package dev.strata.access.accounts;

import org.jspecify.annotations.NullMarked;
