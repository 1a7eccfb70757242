#include <string.h>

#include "engine/resume/resume_inside.h"

const char RESUME_TITLES[] =
    "accountant|actuary|administrator|adviser|advisor|advocate|agent|aide|ambassador|analyst|"
    "apprentice|architect|artist|assistant|associate|attorney|auditor|banker|barrister|bookkeeper|"
    "broker|captain|caregiver|carpenter|cashier|ceo|cfo|chair|chairman|chef|chemist|chief|cio|"
    "clerk|clinician|cmo|co-founder|coach|cofounder|commander|consultant|controller|coo|"
    "coordinator|copywriter|counsel|counsellor|counselor|curator|cto|dean|dentist|designer|"
    "developer|dietitian|director|doctor|economist|editor|educator|electrician|engineer|"
    "entrepreneur|evaluator|examiner|executive|expert|facilitator|fellow|founder|freelance|"
    "freelancer|geologist|gp|head|hygienist|inspector|instructor|intern|internship|interpreter|"
    "investigator|journalist|judge|lawyer|lead|leader|lecturer|librarian|manager|mathematician|"
    "mechanic|mentor|midwife|musician|notary|nurse|officer|operator|organizer|owner|paralegal|"
    "partner|pharmacist|photographer|physician|physicist|physiotherapist|pilot|planner|postdoc|"
    "practitioner|president|principal|producer|professor|programmer|psychiatrist|psychologist|"
    "pupil|radiographer|radiologist|reader|receptionist|recruiter|registrar|reporter|"
    "representative|researcher|resident|reviewer|scholar|scientist|secretary|sergeant|solicitor|"
    "specialist|statistician|strategist|student|superintendent|supervisor|surgeon|surveyor|"
    "teacher|team lead|technician|technologist|tester|therapist|trader|trainee|trainer|"
    "translator|treasurer|tutor|underwriter|veterinarian|vice president|volunteer|vp|worker|"
    "writer";

/* A name that ends so is an organisation's, whatever else stands in it. */
const char RESUME_FIRMS[] =
    "ag|association|b.v.|co.|company|corp|corp.|corporation|foundation|gmbh|group|inc|inc.|"
    "incorporated|limited|llc|llp|ltd|ltd.|n.v.|oy|plc|pvt|s.a.|s.p.a.|se|sons|trust";

const char RESUME_HOUSES[] =
    "academy|agency|airlines|army|authority|bank|bureau|capital|center|centre|chambers|church|"
    "clinic|college|commission|consulting|council|court|department|federation|health|healthcare|"
    "hospital|industries|institute|lab|laboratories|laboratory|labs|library|ministry|museum|navy|"
    "office|partners|pharma|school|services|society|software|solutions|studio|studios|systems|"
    "technologies|university";

const char RESUME_DEGREES[] =
    "a.a.|a.b.|abitur|associate|associate degree|associate's|b.a.|b.com|b.e.|b.eng|b.eng.|b.s.|"
    "b.sc|b.sc.|b.tech|b.tech.|ba|bachelor|bachelor's|bachelors|bba|bcom|beng|bs|bsc|bsn|btech|"
    "certificate|d.phil|dds|diplom|diploma|dnp|doctor|doctoral|doctorate|dphil|dr. med.|"
    "dr. rer. nat.|dr.-ing.|dvm|edd|gce|high school|j.d.|jd|ll.b.|ll.m.|llb|llm|m.a.|m.d.|m.eng|"
    "m.eng.|m.phil|m.s.|m.sc|m.sc.|m.tech|m.tech.|ma|magister|master|master's|masters|mba|mbbs|"
    "mbchb|md|meng|mfa|mph|mphil|mpp|ms|msc|msn|mtech|pgce|pgdip|ph.d|ph.d.|pharm.d.|pharmd|phd|"
    "postdoctoral|s.b.|s.m.|sc.d.|staatsexamen";

const char RESUME_SCHOOLS[] =
    "academy|akademia|caltech|college|conservatory|eth|epfl|escuela|école|ecole|faculty|gymnasium|"
    "high school|hochschule|iit|insead|institut|institute|instituto|lse|lyceum|mit|politechnika|"
    "politecnico|polytechnic|school|school of|seminary|ucl|ucla|universidad|universidade|"
    "università|universitat|universiteit|universitet|university|université|universität|uniwersytet|"
    "üniversitesi";

/* What follows "Bachelor of" and belongs to the degree's own name. */
const char RESUME_FACULTIES[] =
    "applied science|architecture|arts|business administration|commerce|education|engineering|"
    "fine arts|law|laws|letters|medicine|music|nursing|pharmacy|philosophy|public administration|"
    "public health|public policy|science|sciences|social work|surgery|technology";

const char RESUME_REGIONS[] =
    "afghanistan|albania|algeria|argentina|armenia|australia|austria|azerbaijan|bahrain|bangladesh|"
    "belarus|belgium|bolivia|bosnia|brazil|bulgaria|cambodia|cameroon|canada|chile|china|colombia|"
    "costa rica|croatia|cuba|cyprus|czech republic|czechia|denmark|deutschland|ecuador|egypt|"
    "england|españa|estonia|ethiopia|finland|france|georgia|germany|ghana|greece|guatemala|"
    "hong kong|hungary|iceland|india|indonesia|iran|iraq|ireland|israel|italia|italy|jamaica|japan|"
    "jordan|kazakhstan|kenya|kuwait|latvia|lebanon|lithuania|luxembourg|malaysia|malta|mexico|"
    "méxico|moldova|mongolia|morocco|myanmar|nepal|netherlands|new zealand|nigeria|"
    "northern ireland|norway|oman|pakistan|panama|peru|philippines|poland|polska|portugal|qatar|"
    "romania|russia|rwanda|saudi arabia|scotland|senegal|serbia|singapore|slovakia|slovenia|"
    "south africa|south korea|korea|spain|sri lanka|sudan|sweden|switzerland|syria|taiwan|tanzania|"
    "thailand|the netherlands|tunisia|turkey|türkiye|uae|uganda|uk|ukraine|united arab emirates|"
    "united kingdom|united states|united states of america|uruguay|us|usa|u.s.|u.s.a.|uzbekistan|"
    "venezuela|vietnam|wales|zambia|zimbabwe|"
    "al|ak|az|ar|ca|co|ct|de|fl|ga|hi|id|il|in|ia|ks|ky|la|me|md|ma|mi|mn|ms|mo|mt|ne|nv|nh|nj|nm|"
    "ny|nc|nd|oh|ok|or|pa|ri|sc|sd|tn|tx|ut|vt|va|wa|wv|wi|wy|dc|d.c.|on|bc|qc|ab|nsw|vic|qld|"
    "alabama|alaska|arizona|arkansas|california|colorado|connecticut|florida|hawaii|idaho|illinois|"
    "indiana|iowa|kansas|kentucky|louisiana|maine|maryland|massachusetts|michigan|minnesota|"
    "mississippi|missouri|montana|nebraska|nevada|new hampshire|new jersey|new mexico|new york|"
    "north carolina|north dakota|ohio|oklahoma|oregon|pennsylvania|rhode island|south carolina|"
    "south dakota|tennessee|texas|utah|vermont|virginia|washington|west virginia|wisconsin|"
    "wyoming|ontario|quebec|british columbia|alberta|bavaria|at|be|ch|cz|dk|es|fi|fr|gb|gr|hu|ie|"
    "it|jp|nl|no|nz|pl|pt|ro|se|sg|tr|au|br|cn|za|kr|mx";

const char RESUME_LANGUAGES[] =
    "afrikaans|albanian|american sign language|amharic|arabic|armenian|azerbaijani|basque|"
    "belarusian|bengali|bosnian|bulgarian|burmese|cantonese|catalan|chinese|croatian|czech|danish|"
    "dutch|english|estonian|farsi|filipino|finnish|flemish|french|galician|georgian|german|greek|"
    "gujarati|hausa|hebrew|hindi|hungarian|icelandic|igbo|indonesian|irish|italian|japanese|"
    "kannada|kazakh|khmer|korean|kurdish|lao|latin|latvian|lithuanian|macedonian|malay|malayalam|"
    "mandarin|marathi|mongolian|nepali|norwegian|pashto|persian|polish|portuguese|punjabi|"
    "romanian|russian|serbian|sinhala|slovak|slovene|slovenian|somali|spanish|swahili|swedish|"
    "tagalog|tamil|telugu|thai|turkish|ukrainian|urdu|uzbek|vietnamese|welsh|xhosa|yoruba|zulu|"
    "deutsch|englisch|französisch|spanisch|italienisch|français|anglais|allemand|espagnol|español|"
    "inglés|francés|alemán|italiano|português";

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_letter(char c)
{
    return (lower(c) >= 'a' && lower(c) <= 'z') || (unsigned char)c >= 0x80;
}

/* Signs such as dashes and middle points are no letters, though their bytes are above ASCII. */
static bool letter_before(struct text text, size_t at)
{
    const unsigned char *bytes = (const unsigned char *)text.at;

    if ((at >= 3 && bytes[at - 3] == 0xe2) || (at >= 2 && bytes[at - 2] == 0xc2)) {
        return false;
    }
    return at > 0 && is_letter(text.at[at - 1]);
}

static bool letter_at(struct text text, size_t at)
{
    unsigned char byte = at < text.size ? (unsigned char)text.at[at] : ' ';

    return byte != 0xe2 && byte != 0xc2 && is_letter((char)byte);
}

/* Does the list's word stand here, as a word? */
static bool stands(struct text text, size_t at, struct text word)
{
    if (at + word.size > text.size) {
        return false;
    }
    for (size_t i = 0; i < word.size; i++) {
        if (lower(text.at[at + i]) != word.at[i]) {
            return false;
        }
    }
    return !letter_at(text, at + word.size);
}

size_t resume_word_at(struct text text, size_t at, const char *words)
{
    struct text rest = text_of(words);
    struct text word;
    size_t longest = 0;

    if (at >= text.size || letter_before(text, at)) {
        return 0;
    }
    while (text_cut(&rest, '|', &word)) {
        if (word.size > longest && stands(text, at, word)) {
            longest = word.size;
        }
    }
    return longest;
}

bool resume_has_word(struct text text, const char *words)
{
    for (size_t at = 0; at < text.size; at++) {
        if (is_letter(text.at[at]) && resume_word_at(text, at, words) > 0) {
            return true;
        }
    }
    return false;
}

bool resume_is_word(struct text text, const char *words)
{
    return text.size > 0 && resume_word_at(text, 0, words) == text.size;
}

uint32_t resume_word_count(struct text text)
{
    uint32_t count = 0;

    for (size_t i = 0; i < text.size; i++) {
        count += text.at[i] != ' ' && (i == 0 || text.at[i - 1] == ' ');
    }
    return count;
}

struct text resume_after(struct text text, size_t skip)
{
    return (struct text){text.at + skip, text.size - skip};
}

struct text resume_strip(struct text text, const char *signs)
{
    text = text_trim(text);
    while (text.size > 0 && strchr(signs, text.at[0]) != NULL) {
        text = text_trim(resume_after(text, 1));
    }
    while (text.size > 0 && strchr(signs, text.at[text.size - 1]) != NULL) {
        text = text_trim((struct text){text.at, text.size - 1});
    }
    return text;
}
