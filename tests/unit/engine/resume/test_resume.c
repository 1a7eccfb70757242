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

static void read__unfolds_two_columns(void)
{
    ARENA_SCOPE arena = arena_new();
    struct fault fault = {0};
    struct resume resume;

    CHECK(resume_read(arena,
                      text_of("Zoë Nguyễn\n"
                              "Biostatistician\n\n"
                              "Contact                   Profile\n\n"
                              "+61 2 5550 1234           Statistician for trials.\n"
                              "zoe@example.edu\n"
                              "                          Work Experience\n"
                              "Skills                    Senior Biostatistician\n"
                              "                          The George Institute, Sydney, Australia\n"
                              "      R                   Feb 2021 – Present\n"
                              "      Stan\n"
                              "                                Led the analysis of a trial\n"
                              "Languages                 Statistician\n"
                              "Vietnamese (Native)       Novartis, Basel, Switzerland\n"
                              "English (Fluent)          Jul 2017 – Jan 2021\n"
                              "\f                          Education\n"
                              "Certifications            PhD in Biostatistics\n"
                              "Accredited, 2019          University of Melbourne\n"
                              "                          2012 – 2015\n"),
                      &resume, &fault) == OK);
    CHECK(is(&resume, "name", 0, "Zoë Nguyễn") && is(&resume, "email", 0, "zoe@example.edu"));
    CHECK(is(&resume, "skill", 0, "R") && is(&resume, "skill", 1, "Stan"));
    CHECK(is(&resume, "language", 0, "Vietnamese") && is(&resume, "language", 1, "English"));
    CHECK(is(&resume, "credential", 0, "Accredited"));
    CHECK(is(&resume, "position", 0, "Senior Biostatistician"));
    CHECK(is(&resume, "company", 0, "The George Institute"));
    CHECK(is(&resume, "place", 0, "Sydney, Australia") && is(&resume, "start", 0, "2021-02"));
    CHECK(is(&resume, "position", 1, "Statistician") && is(&resume, "company", 1, "Novartis"));
    CHECK(is(&resume, "institution", 0, "University of Melbourne"));
    CHECK(is(&resume, "degree", 0, "PhD") && is(&resume, "area", 0, "Biostatistics"));
}

static void read__takes_headings_beside_what_they_name(void)
{
    ARENA_SCOPE arena = arena_new();
    struct fault fault = {0};
    struct resume resume;

    CHECK(
        resume_read(
            arena,
            text_of("Name                Aleksandra Kowalczyk\n"
                    "E-mail              a@example.pl\n\n"
                    "E X P E R I E N C E      05.2020 – heute   Analyst, PKO Bank, Warsaw, Poland\n"
                    "                                              Covers utilities and energy.\n"
                    "EDUCATION           2014-10-01 — 2016-06-01   Master (Finance), School of "
                    "Economics\n"
                    "LANGUAGES           Polish (Native) , English (C2)\n"),
            &resume, &fault) == OK);
    CHECK(is(&resume, "name", 0, "Aleksandra Kowalczyk"));
    CHECK(is(&resume, "position", 0, "Analyst") && is(&resume, "company", 0, "PKO Bank"));
    CHECK(is(&resume, "start", 0, "2020-05") && is(&resume, "end", 0, "present"));
    CHECK(is(&resume, "degree", 0, "Master") && is(&resume, "area", 0, "Finance"));
    CHECK(is(&resume, "start", 1, "2014-10") && is(&resume, "end", 1, "2016-06"));
    CHECK(is(&resume, "language", 0, "Polish") && is(&resume, "language", 1, "English"));
}

static void read__keeps_positions_of_one_company(void)
{
    ARENA_SCOPE arena = arena_new();
    struct fault fault = {0};
    struct resume resume;

    CHECK(resume_read(
              arena,
              text_of("Ada Byron\n\nWork History\n"
                      "Acme GmbH                                Berlin, Germany\n"
                      "Director of Research                     Jan ’20 – Present\n"
                      "  • led\n"
                      "Physicist                                2016 – 2019\n"
                      "  • measured since 2017, and wrote\n"
                      "\nEducation\n"
                      "Bachelor of Science in Physics, University of California, Berkeley, 2015\n"),
              &resume, &fault) == OK);
    CHECK(is(&resume, "company", 0, "Acme GmbH") && is(&resume, "company", 1, "Acme GmbH"));
    CHECK(is(&resume, "position", 0, "Director of Research"));
    CHECK(is(&resume, "position", 1, "Physicist") && is(&resume, "start", 0, "2020-01"));
    CHECK(is(&resume, "position", 2, "") && is(&resume, "end", 1, "2019"));
    CHECK(is(&resume, "degree", 0, "Bachelor of Science") && is(&resume, "area", 0, "Physics"));
    CHECK(is(&resume, "institution", 0, "University of California, Berkeley"));
}

static void read__takes_dates_in_many_forms(void)
{
    static const struct {
        const char *written;
        const char *start;
        const char *end;
    } FORMS[] = {
        {"May 2019 – June 2020", "2019-05", "2020-06"},
        {"May, 2019 - now", "2019-05", "present"},
        {"05/2019–12/2020", "2019-05", "2020-12"},
        {"2019-05-01 — 2020-12-31", "2019-05", "2020-12"},
        {"5.2019 bis heute", "2019-05", "present"},
        {"13/05/2019 to 30/06/2020", "2019-05", "2020-06"},
        {"since March 2019", "2019-03", "present"},
        {"Summer 2019 – Fall 2020", "2019-06", "2020-09"},
        {"2019 –", "2019", "present"},
        {"juin 2019 – août 2020", "2019-06", "2020-08"},
    };

    for (size_t i = 0; i < COUNT(FORMS); i++) {
        ARENA_SCOPE arena = arena_new();
        struct fault fault = {0};
        struct resume resume;
        const char *text = arena_print(arena, "Ada Byron\n\nEmployment\nJudge, Acme Ltd      %s\n",
                                       FORMS[i].written);

        CHECK(resume_read(arena, text_of(text), &resume, &fault) == OK);
        CHECK(is(&resume, "start", 0, FORMS[i].start) && is(&resume, "end", 0, FORMS[i].end));
        CHECK(is(&resume, "position", 0, "Judge") && is(&resume, "company", 0, "Acme Ltd"));
    }
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
          CASE(read__unfolds_two_columns), CASE(read__takes_headings_beside_what_they_name),
          CASE(read__keeps_positions_of_one_company), CASE(read__takes_dates_in_many_forms),
          CASE(read__refuses_what_is_none), CASE(json__is_taken_as_it_says))
