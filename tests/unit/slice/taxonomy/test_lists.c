/* Goal: public lists are read as their publishers write them, replaced whole, and asked by titles
 * that people write. */

#include "check.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fault.h"
#include "job/job.h"
#include "slice/taxonomy/taxonomy_slice.h"
#include "store/schema.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/file.h"

static const char *folder_new(struct arena *arena)
{
    char *folder = arena_print(arena, "/tmp/periti-taxonomy-XXXXXX");

    return mkdtemp(folder) != NULL ? folder : "/nowhere";
}

static void put_file(struct arena *arena, const char *folder, const char *name, const char *content)
{
    struct fault fault;

    CHECK(file_write(arena_print(arena, "%s/%s", folder, name), text_of(content), 0600, &fault) ==
          OK);
}

static void drop(struct arena *arena, const char *folder)
{
    static const char *const NAMES[] = {"Occupation Data.txt",
                                        "Alternate Titles.txt",
                                        "Skills.txt",
                                        "occupations_en.csv",
                                        "skills_en.csv",
                                        "own.csv",
                                        "store.db",
                                        "store.db-wal",
                                        "store.db-shm",
                                        "store.db.lock"};

    for (size_t i = 0; i < COUNT(NAMES); i++) {
        (void)unlink(arena_print(arena, "%s/%s", folder, NAMES[i]));
    }
    CHECK(rmdir(folder) == 0);
}

static void put_onet(struct arena *arena, const char *folder)
{
    put_file(arena, folder, "Occupation Data.txt",
             "O*NET-SOC Code\tTitle\tDescription\r\n"
             "29-1141.00\tRegistered Nurses\tAssess \"patients\".\r\n"
             "15-1252.00\tSoftware Developers\tResearch, design.\r\n");
    put_file(arena, folder, "Alternate Titles.txt",
             "O*NET-SOC Code\tAlternate Title\tShort Title\tSource(s)\n"
             "29-1141.00\tCharge Nurse (RN)\tRN\t01\n"
             "15-1252.00\tSoftware Engineer\tn/a\t02\n"
             "99-9999.00\tNobody's Title\tn/a\t02\n");
    put_file(arena, folder, "Skills.txt",
             "O*NET-SOC Code\tElement ID\tElement Name\tScale ID\n"
             "29-1141.00\t2.A.1.a\tReading Comprehension\tIM\n"
             "15-1252.00\t2.A.1.a\tReading Comprehension\tIM\n");
}

static enum err read_list(struct arena *arena, const char *source, const char *path,
                          struct taxonomy_file *file, struct fault *fault)
{
    struct taxonomy_parts parts;

    TRY(taxonomy_parts_of_path(arena, source, path, &parts, fault));
    return taxonomy_read(arena, source, &parts, file, fault);
}

/* Is the list's only bad row on this line? */
static bool is_bad(const struct taxonomy_file *file, int64_t line, const char *field)
{
    return file->bad_count == 1 && file->bad[0].line == line &&
           strcmp(file->bad[0].field, field) == 0;
}

static void onet__is_read_with_other_titles_and_without_repetition(void)
{
    ARENA_SCOPE arena = arena_new();
    const char *folder = folder_new(arena);
    struct taxonomy_file file;
    struct fault fault;

    CHECK(read_list(arena, "onet", folder, &file, &fault) == ERR_INVALID);
    CHECK(strstr(fault.text, "Occupation Data.txt") != NULL);
    put_onet(arena, folder);
    CHECK(read_list(arena, "onet", folder, &file, &fault) == OK);
    CHECK(file.count == 3);
    CHECK(strcmp(file.entries[0].label, "Registered Nurses") == 0);
    CHECK(file.entries[0].other_count == 2);
    CHECK(strcmp(file.entries[0].others[0], "Charge Nurse (RN)") == 0);
    CHECK(strcmp(file.entries[0].others[1], "RN") == 0);
    CHECK(file.entries[1].other_count == 1); /* "n/a" is no title */
    CHECK(strcmp(file.entries[2].kind, "skill") == 0);
    CHECK(strcmp(file.entries[2].code, "2.A.1.a") == 0);
    put_file(arena, folder, "Occupation Data.txt", "Code\tTitle\n1\tNurse\n");
    CHECK(read_list(arena, "onet", folder, &file, &fault) == ERR_INVALID);
    CHECK(strcmp(fault.field, "O*NET-SOC Code") == 0);
    put_file(arena, folder, "Occupation Data.txt", "O*NET-SOC Code\tTitle\n1\tNurse\ttoo\tmany\n");
    CHECK(read_list(arena, "onet", folder, &file, &fault) == OK && is_bad(&file, 2, ""));
    put_file(arena, folder, "Occupation Data.txt", "O*NET-SOC Code\tTitle\n1\tNur\xFFse\n");
    CHECK(read_list(arena, "onet", folder, &file, &fault) == OK && is_bad(&file, 2, ""));
    put_file(arena, folder, "Occupation Data.txt",
             "O*NET-SOC Code\tTitle\n1\t\n2\tNurse\n2\tNurse\n2\tJudge\n");
    CHECK(read_list(arena, "onet", folder, &file, &fault) == OK && file.bad_count == 2);
    CHECK(file.bad[1].line == 5 && strstr(file.bad[1].message, "another title") != NULL);
    drop(arena, folder);
}

static void esco__has_labels_on_lines_within_a_field(void)
{
    ARENA_SCOPE arena = arena_new();
    const char *folder = folder_new(arena);
    struct taxonomy_file file;
    struct fault fault;

    CHECK(read_list(arena, "esco", folder, &file, &fault) == ERR_INVALID);
    put_file(arena, folder, "skills_en.csv",
             "conceptType,conceptUri,preferredLabel,altLabels\n"
             "KnowledgeSkillCompetence,http://data.europa.eu/esco/skill/1,manage "
             "staff,\"supervise staff\nlead a team\"\n");
    CHECK(read_list(arena, "esco", folder, &file, &fault) == OK);
    CHECK(file.count == 1 && file.entries[0].other_count == 2);
    CHECK(strcmp(file.entries[0].others[1], "lead a team") == 0);
    put_file(arena, folder, "occupations_en.csv", "conceptUri,label\nx,y\n");
    CHECK(read_list(arena, "esco", folder, &file, &fault) == ERR_INVALID);
    CHECK(strcmp(fault.field, "preferredLabel") == 0);
    drop(arena, folder);
}

static void own_lists__name_their_kinds(void)
{
    ARENA_SCOPE arena = arena_new();
    const char *folder = folder_new(arena);
    const char *path = arena_print(arena, "%s/own.csv", folder);
    struct taxonomy_file file;
    struct fault fault;

    CHECK(read_list(arena, "own", path, &file, &fault) == ERR_INVALID);
    put_file(arena, folder, "own.csv",
             "kind,code,label,others\nskill,s1,prompt writing,prompting|prompt design\n");
    CHECK(read_list(arena, "own", path, &file, &fault) == OK);
    CHECK(file.count == 1 && file.entries[0].other_count == 2);
    put_file(arena, folder, "own.csv",
             "kind,code,label\nhobby,s1,chess\nskill,s2,go\nskill,\"s3,open\nskill,s4,whist\n");
    CHECK(read_list(arena, "own", path, &file, &fault) == OK && file.count == 2);
    CHECK(file.bad_count == 2 && file.bad[0].line == 2 && strcmp(file.bad[0].field, "kind") == 0);
    CHECK(file.bad[1].line == 4 && strcmp(file.entries[1].label, "whist") == 0);
    put_file(arena, folder, "own.csv", "kind,code,label\n");
    CHECK(read_list(arena, "own", path, &file, &fault) == ERR_INVALID);
    drop(arena, folder);
}

struct question {
    const char *kind;
    const char *name;
    struct taxonomy_proposal *found;
    size_t count;
};

static enum err propose(struct work *work, void *context)
{
    struct question *question = context;

    return taxonomy_propose(work, question->kind, question->name, &question->found,
                            &question->count);
}

static struct question ask(struct work *work, const char *kind, const char *name)
{
    struct question question = {.kind = kind, .name = name};

    if (store_read(work, propose, &question) != OK) {
        question.count = SIZE_MAX;
    }
    return question;
}

static enum err change(struct work *work, const char *id, const struct taxonomy_file *file,
                       bool adds)
{
    struct job_run run = {.work = work};

    return taxonomy_change(
        &run, &(struct taxonomy_change){.id = id, .source = "onet", .file = file, .adds = adds},
        NULL, NULL);
}

static void lists__are_asked_by_what_people_write_and_replaced_whole(void)
{
    ARENA_SCOPE arena = arena_new();
    const char *folder = folder_new(arena);
    struct store_settings settings = STORE_DEFAULTS;
    struct work work = {.arena = arena, .now_us = 1};
    struct taxonomy_file file;
    struct taxonomy_file more;
    size_t applied;

    settings.url = arena_print(arena, "sqlite:%s/store.db", folder);
    CHECK(store_open(&settings, &work.store, &work.fault) == OK);
    CHECK(store_migrate(work.store, 1, &applied, &work.fault) == OK);
    put_onet(arena, folder);
    CHECK(read_list(arena, "onet", folder, &file, &work.fault) == OK);
    CHECK(change(&work, "imp_1", &file, false) == OK);
    struct question found = ask(&work, "occupation", "senior software engineer");

    CHECK(found.count >= 1);
    CHECK(strcmp(found.found[0].label, "Software Developers") == 0);
    CHECK(strcmp(found.found[0].title, "Software Engineer") == 0);
    found = ask(&work, "occupation", "registred nurse"); /* misspelt */
    CHECK(found.count == 1);                             /* its three titles are one entry */
    CHECK(strcmp(found.found[0].code, "29-1141.00") == 0);
    CHECK(ask(&work, "occupation", "qqq").count == 0);
    CHECK(ask(&work, "occupation", "\xE2\x80\xA6").count == 0);
    put_file(arena, folder, "Occupation Data.txt",
             "O*NET-SOC Code\tTitle\n23-1011.00\tLawyers\n15-1252.00\tProgrammers\n");
    CHECK(read_list(arena, "onet", folder, &more, &work.fault) == OK);
    CHECK(change(&work, "imp_2", &more, true) == OK);
    CHECK(ask(&work, "occupation", "lawyer").count == 1);
    CHECK(ask(&work, "occupation", "registered nurse").count == 1); /* as it was */
    CHECK(strcmp(ask(&work, "occupation", "programmer").found[0].label, "Programmers") == 0);
    CHECK(change(&work, "imp_2", &more, true) == OK); /* run again, it does nothing */
    file.count = 1;
    CHECK(change(&work, "imp_3", &file, false) == OK);
    CHECK(ask(&work, "occupation", "software engineer").count == 0);
    CHECK(ask(&work, "occupation", "lawyer").count == 0);
    store_close(work.store);
    drop(arena, folder);
}

TEST_MAIN(CASE(onet__is_read_with_other_titles_and_without_repetition),
          CASE(esco__has_labels_on_lines_within_a_field), CASE(own_lists__name_their_kinds),
          CASE(lists__are_asked_by_what_people_write_and_replaced_whole))
