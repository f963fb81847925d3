#include "cli/entry/selection.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace mapctl::cli {

class SortedEntries {
 private:
  struct Place {
    std::size_t slot;
    std::size_t number = 0;  ///< the number of entries added before it
  };

  EntryView entry(const Place& place) const {
    const ByteView bytes{bytes_.data() + place.slot * entry_size_, entry_size_};
    return {bytes.first(key_size_), bytes.subspan(key_size_)};
  }

  /// The print order; of equal entries, the earlier one comes first.
  auto before() const {
    return [this](const Place& a, const Place& b) {
      const std::weak_ordering order = order_.compare(entry(a), entry(b));
      return order != 0 ? order < 0 : a.number < b.number;
    };
  }

 public:
  SortedEntries(const Schema& schema, const std::string& field, std::optional<std::uint32_t> limit)
      : order_(schema, field), limit_(limit) {}

  /// With a limit, the entries are a heap with the last one on top, which is replaced.
  void add(ByteView key, ByteView value) {
    const bool is_full = limit_ && places_.size() == *limit_;
    if (is_full && order_.compare({key, value}, entry(places_.front())) >= 0) return;
    key_size_ = key.size();
    entry_size_ = key.size() + value.size();
    if (is_full) {
      std::ranges::pop_heap(places_, before());
    } else {
      places_.push_back({.slot = places_.size()});
      bytes_.resize(places_.size() * entry_size_);
    }
    Place& place = places_.back();
    place.number = number_++;
    std::byte* const slot = bytes_.data() + place.slot * entry_size_;
    std::ranges::copy(value, std::ranges::copy(key, slot).out);
    if (limit_) std::ranges::push_heap(places_, before());
  }

  void print(const Selector::Print& print) {
    std::ranges::sort(places_, before());
    for (const Place& place : places_) {
      const EntryView found = entry(place);
      print(found.key, found.value);
    }
  }

 private:
  FieldOrder order_;
  std::optional<std::uint32_t> limit_;
  std::size_t key_size_ = 0;
  std::size_t entry_size_ = 0;
  std::size_t number_ = 0;
  Bytes bytes_;
  std::vector<Place> places_;
};

Selector::Selector(const Selection& selection, const Schema& schema, Print print)
    : print_(std::move(print)) {
  if (!selection.where.empty()) where_.emplace(schema, selection.where);
  if (!selection.sort.empty())
    sorted_ = std::make_unique<SortedEntries>(schema, selection.sort, selection.limit);
  else
    left_ = selection.limit;
}

Selector::~Selector() = default;

bool Selector::take(ByteView key, ByteView value) {
  if (where_ && !where_->holds({key, value})) return true;
  if (sorted_) {
    sorted_->add(key, value);
    return true;
  }
  print_(key, value);
  is_full_ = left_ && --*left_ == 0;
  return !is_full_;
}

void Selector::finish() {
  if (sorted_) sorted_->print(print_);
}

}  // namespace mapctl::cli
