import { useCell } from '../ui/cell';
import { RadioRow } from '../ui/Field';
import { setTextSize, setTheme, TEXT_SIZES, textSizeCell, THEMES, themeCell } from './appearance';

/** Theme and text size, for a Menu. */
export function AppearanceSettings() {
  return (
    <>
      <RadioRow
        label="Text size"
        value={useCell(textSizeCell)}
        onChange={setTextSize}
        options={TEXT_SIZES}
      />
      <RadioRow label="Colors" value={useCell(themeCell)} onChange={setTheme} options={THEMES} />
    </>
  );
}
