#include "cli/bulk/spool.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace mapctl::cli {

namespace {

constexpr std::size_t most_in_memory = std::size_t{4} * 1024 * 1024;

void check(bool is_done) {
  if (is_done) return;
  throw Failed({"output",
                Exit::internal,
                fmt::format("cannot keep the entries in a temporary file: {}",
                            errno == 0 ? "it ends early" : std::strerror(errno)),
                {},
                {"make room in /tmp, or name another directory: TMPDIR=/var/tmp"}});
}

/// Writes the number of elements, and the elements; a vector without any may have no memory.
template <typename Element>
void write(std::FILE* file, const std::vector<Element>& elements) {
  const std::size_t count = elements.size();
  check(std::fwrite(&count, sizeof count, 1, file) == 1);
  check(count == 0 || std::fwrite(elements.data(), sizeof(Element), count, file) == count);
}

template <typename Element>
void read(std::FILE* file, std::vector<Element>& elements) {
  errno = 0;
  std::size_t count = 0;
  check(std::fread(&count, sizeof count, 1, file) == 1);
  elements.resize(count);
  check(count == 0 || std::fread(elements.data(), sizeof(Element), count, file) == count);
}

void spill(std::FILE* file, const EntryBlock& block) {
  for (const Bytes* bytes : {&block.keys, &block.values, &block.kept}) write(file, *bytes);
  write(file, block.lines);
}

EntryBlock read_back(std::FILE* file) {
  EntryBlock block;
  for (Bytes* bytes : {&block.keys, &block.values, &block.kept}) read(file, *bytes);
  read(file, block.lines);
  block.erases = block.values.empty();
  return block;
}

}  // namespace

void EntryBlock::add(const InputEntry& entry) {
  erases = entry.erases;
  append_bytes(keys, entry.key);
  append_bytes(values, entry.value);
  append_bytes(kept, entry.kept);
  lines.push_back(static_cast<std::uint32_t>(entry.line));
}

std::size_t EntryBlock::memory() const {
  return sizeof *this + keys.size() + values.size() + kept.size() + sizeof lines[0] * count();
}

bool EntryBlock::is_full() const {
  constexpr std::size_t enough = 256 * 1024;
  return keys.size() + values.size() + kept.size() >= enough;
}

void EntryBlock::clear() {
  for (Bytes* bytes : {&keys, &values, &kept}) bytes->clear();
  lines.clear();
}

void Spool::add(const InputEntry& entry) {
  if (block_.count() > 0 && (block_.is_full() || block_.erases != entry.erases)) store();
  block_.add(entry);
  ++size_;
}

Spool::File Spool::unnamed_file() {
  const char* const configured = std::getenv("TMPDIR");
  for (const char* const directory : {configured, "/tmp", "/var/tmp"}) {
    if (directory == nullptr) continue;
    const int file = ::open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file >= 0) return File(::fdopen(file, "w+"));
  }
  return {};
}

/// Appends the block to the list; its buffers are reused for the next block.
void Spool::store() {
  if (!file_ && memory_ + block_.memory() > most_in_memory) file_ = unnamed_file();
  if (file_) {
    spill(file_.get(), block_);
    ++spilled_;
  } else {
    memory_ += block_.memory();
    first_.push_back(block_);
  }
  block_.clear();
}

std::optional<EntryBlock> Spool::next() {
  if (!std::exchange(is_reading_, true) && file_) check(std::fseek(file_.get(), 0, SEEK_SET) == 0);
  if (!first_.empty()) {
    EntryBlock block = std::move(first_.front());
    first_.pop_front();
    return block;
  }
  if (spilled_ > 0) {
    --spilled_;
    return read_back(file_.get());
  }
  if (block_.count() == 0) return std::nullopt;
  return std::exchange(block_, {});
}

Exit nothing_written(const EntryInput& input) {
  input.tell_rest();
  note(fmt::format("nothing was written, because {} has {}", input.name(),
                   input.wrong() == 1 ? "an entry that is wrong"
                                      : fmt::format("{} entries that are wrong", input.wrong())));
  return Exit::bad_data;
}

}  // namespace mapctl::cli
