/* Goal: what stands in a résumé is found where it stands, in several layouts; noise is no field. */

#include "check.h"

#include "base/arena.h"
#include "base/fault.h"
#include "engine/resume/resume.h"

static const char *value_of(const struct resume *resume, const char *field, int n)
{
    for (size_t i = 0; i < resume->count; i++) {
        if (strcmp(resume->fields[i].field, field) == 0 && n-- == 0) {
            return resume->fields[i].value;
        }
    }
    return "";
}

static bool is(const struct resume *resume, const char *field, int n, const char *wanted)
{
    return strcmp(value_of(resume, field, n), wanted) == 0;
}

static void read__takes_dates_to_the_right(void)
{
    ARENA_SCOPE arena = arena_new();
    struct fault fault = {0};
    struct resume resume;

    CHECK(
        resume_read(arena,
                    text_of("                    Ada Byron\n"
                            "  London, UK    ada@example.org    +44 20 7946 0958    example.org\n"
                            "\nWork Experience\n"
                            "Lead Engineer, Acme Ltd – Paris, France        May 2019 – present\n"
                            " • Built engines that turn very much faster than\n"
                            "   those before them\n"
                            "Night School                                   2015 - 2018\n"
                            "Teacher\n"
                            "\nEducation\n"
                            "King's College, BSc in Mathematics             Sept 2010 – June 2013\n"
                            "\nSkills\n"
                            "Machines: looms, cards\n"
                            "English, French\n"),
                    &resume, &fault) == OK);
    CHECK(is(&resume, "name", 0, "Ada Byron"));
    CHECK(is(&resume, "email", 0, "ada@example.org"));
    CHECK(is(&resume, "phone", 0, "+44 20 7946 0958"));
    CHECK(is(&resume, "location", 0, "London, UK"));
    CHECK(is(&resume, "position", 0, "Lead Engineer") && is(&resume, "company", 0, "Acme Ltd"));
    CHECK(is(&resume, "start", 0, "2019-05") && is(&resume, "end", 0, "present"));
    CHECK(is(&resume, "company", 1, "Night School") && is(&resume, "position", 1, "Teacher"));
    CHECK(is(&resume, "start", 1, "2015") && is(&resume, "end", 1, "2018"));
    CHECK(is(&resume, "institution", 0, "King's College") && is(&resume, "degree", 0, "BSc"));
    CHECK(is(&resume, "area", 0, "Mathematics") && is(&resume, "end", 2, "2013-06"));
    CHECK(is(&resume, "skill", 0, "looms") && is(&resume, "skill", 1, "cards"));
    CHECK(is(&resume, "language", 0, "English") && is(&resume, "language", 1, "French"));
    CHECK(resume.fields[0].line == 1 && resume.fields[0].confidence < 1);
}

static void read__takes_dates_to_the_left(void)
{
    ARENA_SCOPE arena = arena_new();
    struct fault fault = {0};
    struct resume resume;

    CHECK(resume_read(arena,
                      text_of("Ada Byron\n\n"
                              "                     Employment\n"
                              "01/2019 – 03/2021    Analyst, Acme – Paris, France\n"
                              "                     • counted\n"
                              "                       things\n"
                              "2017 – 2018          Clerk, Bank\n"),
                      &resume, &fault) == OK);
    CHECK(is(&resume, "position", 0, "Analyst") && is(&resume, "company", 0, "Acme"));
    CHECK(is(&resume, "start", 0, "2019-01") && is(&resume, "end", 0, "2021-03"));
    CHECK(is(&resume, "place", 0, "Paris, France"));
    CHECK(is(&resume, "position", 1, "Clerk") && is(&resume, "company", 1, "Bank"));
}

static void read__refuses_what_is_none(void)
{
    ARENA_SCOPE arena = arena_new();
    struct fault fault = {0};
    struct resume resume;

    CHECK(resume_read(arena, text_of(""), &resume, &fault) == ERR_INVALID);
    CHECK(resume_read(arena, text_of("12345\n67890: nothing to see, move on\n"), &resume, &fault) ==
          ERR_INVALID);
    char *lines = arena_array(arena, char, RESUME_LINE_MAX + 10);

    memset(lines, '\n', RESUME_LINE_MAX + 9);
    CHECK(resume_read(arena, text_of(lines), &resume, &fault) == ERR_INVALID);
}

static void json__is_taken_as_it_says(void)
{
    ARENA_SCOPE arena = arena_new();
    struct fault fault = {0};
    struct resume resume;

    CHECK(resume_read_json(
              arena,
              text_of("{\"basics\":{\"name\":\"Ada\",\"location\":{\"city\":\"London\","
                      "\"countryCode\":\"GB\"}},\"work\":[{\"name\":\"Acme\",\"position\":\"Lead\","
                      "\"startDate\":\"2020-02-01\"}],\"skills\":[{\"name\":\"Web\","
                      "\"keywords\":[\"HTML\",\"CSS\"]}]}"),
              &resume, &fault) == OK);
    CHECK(is(&resume, "name", 0, "Ada") && is(&resume, "location", 0, "London, GB"));
    CHECK(is(&resume, "company", 0, "Acme") && is(&resume, "start", 0, "2020-02"));
    CHECK(is(&resume, "end", 0, "present") && is(&resume, "skill", 1, "CSS"));
    CHECK(resume_read_json(arena, text_of("[1]"), &resume, &fault) == ERR_INVALID);
    CHECK(resume_read_json(arena, text_of("{}"), &resume, &fault) == ERR_INVALID);
}

TEST_MAIN(CASE(read__takes_dates_to_the_right), CASE(read__takes_dates_to_the_left),
          CASE(read__refuses_what_is_none), CASE(json__is_taken_as_it_says))
