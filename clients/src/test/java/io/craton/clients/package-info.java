/** Programs and libraries of other people, run against PostgreSQL and Craton: what they do must come out the same. */
package io.craton.clients;
