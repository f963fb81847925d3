#include "choice.hpp"

#include <algorithm>
#include <cstdlib>

namespace mapctl::bench {

bool Choice::takes(std::string_view title) const {
  return words.empty() || std::ranges::any_of(words, [&](const std::string& word) {
           return title.find(word) != std::string_view::npos;
         });
}

Choice choice_of(int argc, char** argv) {
  Choice choice;
  for (int i = 1; i < argc; ++i) {
    if (std::string_view{argv[i]} == "--most" && i + 1 < argc)
      choice.most = static_cast<std::uint32_t>(std::atol(argv[++i]));
    else
      choice.words.emplace_back(argv[i]);
  }
  return choice;
}

}  // namespace mapctl::bench
