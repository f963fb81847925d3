// csv as an input: what a cell is, and that it reads what dump prints.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <random>
#include <tuple>

#include "cli/entry/entry.hpp"
#include "cli/input/format.hpp"
#include "cli/output/stream.hpp"
#include "mapctl/text/codec.hpp"
#include "mapctl/text/type_text.hpp"

namespace mapctl::test {
namespace {

using namespace cli;
using testing::ElementsAre;
using testing::Pair;

using Texts = std::vector<std::pair<std::string, std::string>>;

/// A file in memory.
class File {
 public:
  int fd() const { return fd_.get(); }
  std::string path() const { return "/proc/self/fd/" + std::to_string(fd()); }

 private:
  Fd fd_{::memfd_create("csv", MFD_CLOEXEC)};
};

Schema schema_of(std::string_view key, std::string_view value) {
  return {parse_type(key), parse_type(value), false};
}

Texts entries_of(const File& file, const Schema& schema) {
  Source source(file.path());
  const auto input = make_csv_input(source, schema, EntryParts::both);
  Texts entries;
  RawEntry entry;
  for (;;) {
    try {
      if (!input->next(entry)) return entries;
      entries.emplace_back(entry.key, entry.value.value());
    } catch (const BadInput& error) {
      entries.emplace_back(std::to_string(entry.line), error.what());
    }
  }
}

Texts entries_of(std::string_view rows) {
  const File file;
  const std::string text = "key,value\n" + std::string{rows};
  EXPECT_EQ(::write(file.fd(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  return entries_of(file, schema_of("u32", "char[16]"));
}

TEST(Csv, TakesAQuoteInsideOfACellAsText) {
  EXPECT_THAT(
      entries_of("1,6\" pipe\n2,a\"b\"c\n3, \"d\"\n"),
      ElementsAre(Pair("1", R"("6\" pipe")"), Pair("2", R"("a\"b\"c")"), Pair("3", R"(" \"d\"")")));
}

TEST(Csv, TakesTwoQuotesInAQuotedCellAsOne) {
  EXPECT_THAT(entries_of("1,\"\"\"a\"\",b\"\n\"2\",\"\"\n"),
              ElementsAre(Pair("1", R"("\"a\",b")"), Pair("2", "\"\"")));
}

TEST(Csv, RefusesACellThatContinuesAfterItsClosingQuote) {
  EXPECT_THAT(
      entries_of("1,\"a\"b\n2,\"c\" \n3,d\n"),
      ElementsAre(Pair("2", "a cell continues after its closing quote"),
                  Pair("3", "a cell continues after its closing quote"), Pair("3", "\"d\"")));
}

TEST(Csv, KeepsTheLineEndsInACell) {
  EXPECT_THAT(
      entries_of("1,\"a\r\nb\"\r\n2,\"c\n\r\nd\"\n3,e\r\n"),
      ElementsAre(Pair("1", R"("a\r\nb")"), Pair("2", R"("c\n\r\nd")"), Pair("3", "\"e\"")));
}

TEST(Csv, RefusesAQuoteThatIsNotClosed) {
  EXPECT_THAT(entries_of("1,\"a\n2,b\n"),
              ElementsAre(Pair("2", "a quote in this row is not closed")));
}

TEST(Csv, ReadsWhatIsPrinted) {
  const Schema schema = schema_of("char[3]", "{name:char[4],n:u16,more:char[2]}");
  constexpr std::string_view letters{"a1\"\",, \r\n\t;#\\{}=h-\0\0\0\0\xc3\xa4\xff", 25};
  std::mt19937 random(1);
  std::vector<Bytes> keys;
  std::vector<Bytes> values;
  const auto bytes = [&](std::size_t size) {
    Bytes made(size);
    for (std::byte& byte : made) byte = static_cast<std::byte>(letters[random() % letters.size()]);
    return made;
  };
  const File file;
  Stream stream(file.fd());
  const auto output = make_output(Format::csv, stream, {});
  const EntryPrinter printer(schema, EntryPrinter::Parts::entry, {}, mapctl::Texts::exact);
  output->begin(Document::list, printer.columns());
  for (int i = 0; i < 5000; ++i) {
    printer.print(*output, keys.emplace_back(bytes(3)), values.emplace_back(bytes(8)));
  }
  output->end();
  stream.finish();
  const Texts entries = entries_of(file, schema);
  ASSERT_EQ(entries.size(), keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    ASSERT_EQ(encode(schema.key, entries[i].first), keys[i]) << entries[i].first;
    ASSERT_EQ(encode(schema.value, entries[i].second), values[i]) << entries[i].second;
  }
}

}  // namespace
}  // namespace mapctl::test
