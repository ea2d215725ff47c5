from app.memo import Memo


def test_a_memory_makes_each_text_once_and_never_holds_more_than_it_may() -> None:
    asked: list[str] = []

    def make(key: str) -> str:
        asked.append(key)
        return key.upper()

    memo = Memo(make, 10, lambda key: len(key) < 5)
    assert [memo["a"], memo["a"], memo["too long"], memo["too long"]] == ["A", "A", "TOO LONG", "TOO LONG"]
    assert asked == ["a", "too long", "too long"]
    assert all(memo[str(number)] == str(number) and len(memo) <= 10 for number in range(100))
