#include "cli/bulk/spool.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace mapctl::cli {

namespace {

constexpr std::size_t most_in_memory = std::size_t{4} * 1024 * 1024;

Fd unnamed_file() {
  const char* const configured = std::getenv("TMPDIR");
  for (const char* const directory : {configured, "/tmp", "/var/tmp"}) {
    if (directory == nullptr) continue;
    Fd file(open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    if (file) return file;
  }
  return Fd();
}

struct BlockHeader {
  std::uint64_t count;
  std::uint64_t erases;
};

[[noreturn]] void spool_failed(int error) {
  throw Failed({"output",
                Exit::internal,
                fmt::format("cannot keep the entries in a temporary file: {}",
                            error == 0 ? "it ends early" : std::strerror(error)),
                {},
                {"make room in /tmp, or name another directory: TMPDIR=/var/tmp"}});
}

/// Transfers all of the bytes with read() or write().
template <typename Call, typename Pointer>
void transfer(Call call, int file, Pointer* data, std::size_t size) {
  auto* at = reinterpret_cast<const char*>(data);
  while (size > 0) {
    const ssize_t count = call(file, const_cast<char*>(at), size);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) spool_failed(count == 0 ? 0 : errno);
    at += count;
    size -= static_cast<std::size_t>(count);
  }
}

template <typename Element>
void write_all(int file, const std::vector<Element>& elements) {
  transfer(::write, file, elements.data(), elements.size() * sizeof(Element));
}

template <typename Element>
void read_all(int file, std::vector<Element>& elements, std::size_t count) {
  elements.resize(count);
  transfer(::read, file, elements.data(), count * sizeof(Element));
}

}  // namespace

bool EntryBlock::is_full() const {
  constexpr std::size_t enough = 256 * 1024;
  return keys.size() + values.size() + kept.size() >= enough;
}

void EntryBlock::clear() {
  count = 0;
  keys.clear();
  values.clear();
  kept.clear();
  lines.clear();
}

Spool::Spool(const Map& map, bool keeps)
    : key_size_(map.info().key_size), value_size_(map.value_bytes()), keeps_(keeps) {}

void Spool::add(const InputEntry& entry) {
  if (block_.count > 0 && (block_.is_full() || block_.erases != entry.erases)) store();
  block_.erases = entry.erases;
  ++block_.count;
  ++size_;
  append_bytes(block_.keys, entry.key);
  append_bytes(block_.values, entry.value);
  append_bytes(block_.kept, entry.kept);
  block_.lines.push_back(static_cast<std::uint32_t>(entry.line));
}

/// Appends the block to the list; its buffers are reused for the next block.
void Spool::store() {
  if (!file_ && !is_memory_all_ && memory_ + block_.memory() > most_in_memory) {
    file_ = unnamed_file();
    is_memory_all_ = !file_;
  }
  if (file_) {
    spill();
  } else {
    memory_ += block_.memory();
    first_.push_back(block_);
  }
  block_.clear();
}

void Spool::spill() {
  const BlockHeader header{block_.count, block_.erases ? 1U : 0U};
  transfer(::write, file_.get(), &header, sizeof header);
  write_all(file_.get(), block_.keys);
  write_all(file_.get(), block_.values);
  write_all(file_.get(), block_.kept);
  write_all(file_.get(), block_.lines);
  ++spilled_;
}

EntryBlock Spool::read_back() {
  BlockHeader header{};
  transfer(::read, file_.get(), &header, sizeof header);
  EntryBlock block{.erases = header.erases != 0, .count = header.count};
  const std::size_t values = block.erases ? 0 : block.count * value_size_;
  read_all(file_.get(), block.keys, block.count * key_size_);
  read_all(file_.get(), block.values, values);
  read_all(file_.get(), block.kept, keeps_ ? values : 0);
  read_all(file_.get(), block.lines, block.count);
  return block;
}

std::optional<EntryBlock> Spool::next() {
  if (!std::exchange(is_reading_, true) && file_) ::lseek(file_.get(), 0, SEEK_SET);
  if (!first_.empty()) {
    EntryBlock block = std::move(first_.front());
    first_.pop_front();
    return block;
  }
  if (spilled_ > 0) {
    --spilled_;
    return read_back();
  }
  if (block_.count == 0) return std::nullopt;
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
